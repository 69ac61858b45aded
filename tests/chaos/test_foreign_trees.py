"""A brief with anything in its tree that the desk does not write is refused on reading."""

import pytest

from briefs.errors import UnreadableRecord
from briefs.terms import Action
from tasks import acts, outbox, unfinished
from tests.chaos import desks
from tests.chaos.cases import REF, tip
from tests.chaos.journeys import SLUG
from tests.chaos.verifier import Ledger

FOREIGN = {
    "a link for the text": "120000 blob {blob}\tbrief.md",
    "a link beside it": "120000 blob {blob}\tother",
    "a gitlink": "160000 commit {commit}\treport.json",
    "an executable": "100755 blob {blob}\treport.json",
    "Git's attributes": "100644 blob {blob}\t.gitattributes",
    "Git's modules": "100644 blob {blob}\t.gitmodules",
    "a foreign file": "100644 blob {blob}\tnotes.txt",
    "a foreign folder": "040000 tree {tree}\tmore",
    "a foreign asset": "040000 tree {tree}\tassets",
    "a folder in a folder": "040000 tree {nested}\tassets",
}


@pytest.mark.parametrize("what", FOREIGN)
def test_a_tree_with_what_the_desk_does_not_write_is_refused_on_reading(content, what):
    plant(content, FOREIGN[what])
    planted = tip(content)

    with pytest.raises(UnreadableRecord):
        content.files(planted)
    with pytest.raises(UnreadableRecord):
        acts.dossier(content, desks.act(Action.SIGN_OFF, SLUG, "key", "cleo"))
    with pytest.raises(UnreadableRecord):
        desks.sign(content, SLUG, "cleo-signs-again", "cleo", "0" * 64)

    assert tip(content) == planted
    desks.submit(content, "other", "other", desks.good("other"))


def plant(content, entry):
    """Commit a foreign entry on top of the brief, as somebody with plain Git would."""
    ledger = Ledger(content.path)

    def make(*words, data=b""):
        return ledger.git(*words, data=data).decode().strip()

    commit = tip(content)
    blob = make("hash-object", "-w", "--stdin", data=b"/etc/passwd")
    tree = make("mktree", data=f"100644 blob {blob}\tnotes.txt\n".encode())
    nested = make("mktree", data=f"040000 tree {tree}\tmore\n".encode())
    name = entry.rpartition("\t")[2]
    kept = [
        line for line in make("ls-tree", commit).splitlines() if line.rpartition("\t")[2] != name
    ]
    entry = entry.format(blob=blob, commit=commit, tree=tree, nested=nested)
    whole = make("mktree", "--missing", data="\n".join([*kept, entry, ""]).encode())
    who = "Mallory <mallory@example.org> 1751371200 +0000"
    text = f"tree {whole}\nparent {commit}\nauthor {who}\ncommitter {who}\n\nhello\n"
    planted = make("hash-object", "-t", "commit", "-w", "--stdin", data=text.encode())
    ledger.git("update-ref", REF, planted)


def test_one_brief_that_cannot_be_read_keeps_no_other_waiting(desk, content):
    desks.submit(content, "other", "other", desks.good("other"))
    plant(content, "120000 blob {blob}\tstate.json")

    works, said = unfinished.survey(content)

    assert [work.slug for work in works] == ["other"]
    assert [sentence.partition(":")[0] for sentence in said] == [SLUG]
    assert len(outbox.deliver(desk, content, "other")) == 1
