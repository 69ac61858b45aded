import re
from importlib import resources

import pytest

from briefs import types
from briefs.errors import BadPolicy
from briefs.library import load, names, shipped
from briefs.people import Key
from briefs.policy import RIGHTS, policy
from briefs.soundness import objections_to, shortages
from briefs.stages import DESKS_OWN
from briefs.terms import Action
from briefs.types import SignOffRule, Terms
from tests.briefs.samples import COUNTRY, PEOPLE, POLICY, but, public, under
from tests.briefs.samples import agreed as declared

SETTINGS = "default_type: country\n"

ADA = """\
people:
  - id: ada
    name: Ada Lopes
    email: ada@example.org
    roles: [admin]
"""
BOB = ADA[len("people:\n") :].replace("ada", "bob").replace("Ada", "Bob")
COUNTRY_YAML = (resources.files(types) / "country.yaml").read_text("utf-8")
ACTIONS = ", ".join(RIGHTS)
ROLES = "author, reviewer, editor, admin"


def agreed(people=PEOPLE, settings=SETTINGS):
    return declared(people, settings)


def changed(before, after, text=ADA):
    assert before in text
    return text.replace(before, after, 1)


# What is written, and what is said of it; each sentence names the file, the line and the entry.
PEOPLE_FAULTS = {
    "a person twice": (
        ADA + ADA[len("people:\n") :],
        "line 6: people.1: “ada” stands above already, for ada; one person stands once",
    ),
    "an address twice": (
        ADA + changed("bob@example.org", "ADA@example.org", BOB),
        "line 6: people.1: “ada@example.org” stands above already, for ada; one person stands once",
    ),
    "an alias twice": (
        ADA + BOB + "    aliases: [b@example.com, ada@example.org]\n",
        "line 6: people.1: “ada@example.org” stands above already, for ada; one person stands once",
    ),
    "an unknown role": (
        changed("[admin]", "[author, approver]"),
        f"line 5: people.0.roles.1: “approver” is no role; use {ROLES}",
    ),
    "a role that is no word": (
        changed("[admin]", '["admin\\nx"]'),
        "line 5: people.0.roles.0: String should match pattern '^[a-z](-?[a-z0-9]){0,39}$'",
    ),
    "roles that are no list": (
        changed("[admin]", "admin"),
        "line 5: people.0.roles: Input should be a valid tuple",
    ),
    "a line break in a name": (
        changed("Ada Lopes", '"Ada\\ncommitter x <y> 1"'),
        "line 3: people.0.name: write one line without < and >",
    ),
    "an address in a name": (
        changed("Ada Lopes", "A <b@c>"),
        "line 3: people.0.name: write one line without < and >",
    ),
    "a carriage return in a name": (
        changed("Ada Lopes", '"Ada\\rLopes"'),
        "line 3: people.0.name: write one line without < and >",
    ),
    "a NUL in a name": (
        changed("Ada Lopes", '"Ada\\0"'),
        "line 3: people.0.name: write one line without < and >",
    ),
    "a direction mark in a name": (
        changed("Ada Lopes", "Ada \u202e Lopes"),
        "line 3: people.0.name: write one line without < and >",
    ),
    "a line separator in a name": (
        changed("Ada Lopes", '"Ada\\u2028Lopes"'),
        "line 3: people.0.name: write one line without < and >",
    ),
    "an empty name": (
        changed("Ada Lopes", '""'),
        "line 3: people.0.name: String should have at least 1 character",
    ),
    "the desk's own name": (
        changed("id: ada", "id: desk"),
        "line 2: people.0.id: “desk” is no person's id; write small letters, digits, hyphens",
    ),
    "capital letters in an id": (
        changed("id: ada", "id: Ada"),
        "line 2: people.0.id: “Ada” is no person's id; write small letters, digits, hyphens",
    ),
    "a path as an id": (
        changed("id: ada", "id: ../ada"),
        "line 2: people.0.id: “../ada” is no person's id; write small letters, digits, hyphens",
    ),
    "no address": (
        changed("ada@example.org", "ada"),
        "line 4: people.0.email: “ada” is no e-mail address",
    ),
    "an alias that is no address": (
        ADA + "    aliases: [ada]\n",
        "line 6: people.0.aliases.0: “ada” is no e-mail address",
    ),
    "an unknown key": (
        ADA + "    admin: yes\n",
        "line 6: people.0.admin: “admin” is no entry here",
    ),
    "a key that lacks": (
        changed("    email: ada@example.org\n", ""),
        "line 2: people.0.email: Field required",
    ),
    "a key twice": (ADA + "    roles: [editor]\n", None),
    "nothing": ("", "line 1: people: Field required"),
}


@pytest.mark.parametrize("fault", PEOPLE_FAULTS)
def test_what_is_wrong_in_people_yaml_is_one_sentence_with_line_and_entry(fault):
    text, sentence = PEOPLE_FAULTS[fault]

    with pytest.raises(BadPolicy) as refusal:
        agreed(text)

    twice = "people.yaml, line 6: the key “roles” stands twice; keep one of them"
    expected = f"people.yaml, {sentence}; correct the entry" if sentence else twice
    assert str(refusal.value) == expected


SETTINGS_FAULTS = {
    "an unknown right": (
        SETTINGS + "rights:\n  assign: [editor]\n  shedule: [editor]\n",
        f"line 4: rights.shedule: “shedule” is no action; use {ACTIONS}",
    ),
    "a right that is the desk's own": (
        SETTINGS + "rights: {publish: [admin]}\n",
        f"line 2: rights.publish: “publish” is no action; use {ACTIONS}",
    ),
    "a right for no role that there is": (
        SETTINGS + "rights: {assign: [boss]}\n",
        f"line 2: rights.assign.0: “boss” is no role; use {ROLES}",
    ),
    "an unknown key": (
        SETTINGS + "quorum: 0\n",
        "line 2: quorum: “quorum” is no entry here",
    ),
    "a rule that asks for nobody": (
        SETTINGS + "signoff:\n  country:\n    - {count: 0}\n",
        "line 4: signoff.country.0.count: Input should be greater than or equal to 1",
    ),
    "no default type": ("{}", "line 1: default_type: Field required"),
}


@pytest.mark.parametrize("fault", SETTINGS_FAULTS)
def test_what_is_wrong_in_policy_yaml_is_one_sentence_with_line_and_entry(fault):
    text, sentence = SETTINGS_FAULTS[fault]

    with pytest.raises(BadPolicy) as refusal:
        agreed(settings=text)

    assert str(refusal.value) == f"policy.yaml, {sentence}; correct the entry"


def line_of(text):
    return next(n for n, line in enumerate(COUNTRY_YAML.splitlines(), 1) if text in line)


LINE_OF_2, LINE_OF_10_2 = line_of('path: "2"'), line_of('path: "10.2"')


TYPE_FAULTS = {
    "a path twice": (
        ('path: "2"', 'path: "1"'),
        f"line {LINE_OF_2}: sections.2.path: the path 1 stands twice",
    ),
    "a path twice, deep down": (
        ('path: "10.2"', 'path: "10.1"'),
        f"line {LINE_OF_10_2}: sections.10.sections.1.path: the path 10.1 stands twice",
    ),
    "a word for a weight": (
        ("weight: 4", "weight: four"),
        f"line {line_of('weight: 4')}: sections.1.weight: Input should be a valid integer, "
        "unable to parse string as an integer",
    ),
    "a weight below nothing": (
        ("weight: 4", "weight: -4"),
        f"line {line_of('weight: 4')}: sections.1.weight: "
        "Input should be greater than or equal to 0",
    ),
    "a floor above the whole": (
        ("floor: 60", "floor: 101"),
        f"line {line_of('floor: 60')}: sections.3.floor: Input should be less than or equal to 100",
    ),
    "an unknown key": (
        ("weight: 4", "wieght: 4"),
        f"line {line_of('weight: 4')}: sections.1.wieght: “wieght” is no entry here",
    ),
    "a form that there is not": (
        ("form: heading", "form: h7"),
        f"line {line_of('form: heading')}: sections.1.form: "
        "Input should be 'title', 'heading' or 'block'",
    ),
    "no rule for the whole": (
        ('sections: ["*"]', 'sections: ["1"]'),
        f"line {line_of('signoff:')}: signoff: "
        "one rule must cover all sections, always: sections: ['*'], no when",
    ),
    "a rule for the whole that does not always count": (
        ('sections: ["*"], ', 'sections: ["*"], when: {region: Europe}, '),
        f"line {line_of('signoff:')}: signoff: "
        "one rule must cover all sections, always: sections: ['*'], no when",
    ),
    "a rule on a key that there is not": (
        ("count: 2}", "count: 2}\n  - {when: {stautus: x}}"),
        f"line {line_of('count: 2}') + 1}: signoff.1.when: the front matter has no key “stautus”",
    ),
}


@pytest.mark.parametrize("fault", TYPE_FAULTS)
def test_what_is_wrong_in_a_type_is_one_sentence_with_line_and_entry(fault):
    change, sentence = TYPE_FAULTS[fault]

    with pytest.raises(BadPolicy) as refusal:
        load(changed(*change, COUNTRY_YAML), "types/country.yaml")

    assert str(refusal.value) == f"types/country.yaml, {sentence}; correct the entry"


def test_yaml_that_is_none_names_file_and_line():
    with pytest.raises(BadPolicy) as refusal:
        agreed("people:\n  - &ada {id: ada}\n")

    assert str(refusal.value) == (
        "people.yaml, line 2: anchors and aliases are not accepted; write it out"
    )


def test_what_nobody_could_ever_satisfy_is_objected_to():
    nobody = agreed(ADA.replace("admin", "author"), "default_type: memo\n")

    assert objections_to(POLICY) == []
    assert objections_to(nobody) == [
        "name a default_type that exists: country",
        "give somebody the role admin, or nobody can change the policy",
        "change: 1 of role admin must agree, and 0 hold it",
    ]


def test_a_rule_with_too_few_people_is_a_shortage():
    rules = "signoff:\n  country:\n    - {role: reviewer, count: 4}\n    - {role: admin}\n"

    assert shortages(POLICY) == []
    assert shortages(agreed(settings=SETTINGS + rules)) == [
        "country: 4 sign-offs by role reviewer are asked, and 3 people hold it",
        "country: role admin is asked to sign off, and has no right to it",
    ]


def test_the_policys_own_rules_go_before_those_of_the_type():
    own = agreed(settings=SETTINGS + "signoff:\n  country:\n    - {role: editor, count: 1}\n")

    assert [(rule.role, rule.count) for rule in POLICY.rules_for(COUNTRY)] == [("reviewer", 2)]
    assert [(rule.role, rule.count) for rule in own.rules_for(COUNTRY)] == [("editor", 1)]


def test_a_type_of_the_desk_goes_before_the_shipped_one_of_its_name():
    files = {
        "people.yaml": PEOPLE,
        "policy.yaml": SETTINGS,
        "types/country.yaml": changed("pass_mark: 80", "pass_mark: 90", COUNTRY_YAML),
        "types/memo.yaml": changed("type: country", "type: memo", COUNTRY_YAML),
    }

    own = policy(files, {"country": COUNTRY})

    assert {name: found.pass_mark for name, found in own.types.items()} == {
        "country": 90,
        "memo": 80,
    }


def test_the_version_changes_with_every_byte_and_with_nothing_else():
    assert agreed().version == agreed().version
    assert agreed(PEOPLE + "# a remark\n").version != agreed().version


def test_a_person_is_found_by_any_address_in_any_case_and_by_account():
    own = agreed(ADA + BOB + "    aliases: [b@example.com]\n    accounts: [root, bob]\n")

    assert own.by_address("B@Example.COM").id == "bob"
    assert own.by_address("bob@example.org").id == "bob"
    assert own.by_address("c@example.com") is None
    assert [person.id for person in own.of_account("root")] == ["bob"]
    assert own.of_account("") == []
    assert own.person("bob").name == "Bob Lopes"
    assert own.person("desk") is None


def test_every_action_is_somebodys_or_the_desks_own():
    assert {*RIGHTS, *DESKS_OWN} == set(Action)
    assert not DESKS_OWN & set(RIGHTS)
    assert {action: POLICY.may(action) for action in DESKS_OWN} == dict.fromkeys(DESKS_OWN, ())


@pytest.mark.parametrize("name", names())
def test_a_shipped_type_loads_and_carries_its_file_name(name):
    assert shipped(name).type == name


def test_a_type_that_is_not_shipped_is_none_whatever_its_name():
    assert [shipped(name) for name in ("memo", "../country", "", "country.yaml")] == [None] * 4


def test_the_country_type_weighs_section_3_most_and_asks_two_reviewers_for_the_whole():
    weights = {node.path: node.weight for node in COUNTRY.nodes()}

    assert len(weights) == 45
    assert [path for path in weights if weights[path] == max(weights.values())] == ["3"]
    assert {n.path: n.floor for n in COUNTRY.nodes() if n.floor} == {"3": 60, "4": 60}
    assert [(r.sections, r.role, r.count) for r in COUNTRY.signoff] == [(("*",), "reviewer", 2)]
    assert [n for n in weights if not re.fullmatch(r"\d+(\.\d+)?", n)] == []


@pytest.mark.parametrize(
    ("rules", "sentence"),
    [
        ("[]", "one rule must cover all sections"),
        ('[{sections: ["3"], role: reviewer, count: 1}]', "one rule must cover all sections"),
        ('[{sections: ["*"], when: {region: x}}]', "one rule must cover all sections, always"),
    ],
)
def test_a_policy_under_which_text_could_go_out_unsigned_is_refused(rules, sentence):
    with pytest.raises(BadPolicy, match=sentence):
        with_signoff(rules)


@pytest.mark.parametrize(
    ("rules", "sentence"),
    [
        (
            'country: [{sections: ["*"], role: reviewr, count: 1}]',
            "signoff of country: nobody holds the role “reviewr”: give it to somebody in "
            f"people.yaml, or use {ROLES}",
        ),
        (
            'country: [{sections: ["*"]}, {when: {stautus: x}}]',
            "signoff of country: its front matter has no key “stautus”",
        ),
        (
            'country: [{sections: ["*"], count: 1}, {sections: ["99"], count: 1}]',
            "signoff of country: “99” is no section of it",
        ),
        ('atlas: [{sections: ["*"], count: 1}]', "signoff: “atlas” is no type; use country"),
    ],
)
def test_a_rule_that_anybody_or_nobody_would_meet_is_objected_to(rules, sentence):
    assert objections_to(with_signoff(f"{{{rules}}}", whole=True)) == [sentence]


LAWYER = """\
signoff:
  country:
    - {sections: ["*"]}
    - {sections: ["7", "@front"], role: legal, when: {region: {one_of: [Europe]}}}
"""
LEX = "  - {id: lex, name: Lex Arno, email: lex@example.org, roles: [legal]}\n"


def test_a_role_of_ones_own_is_one_that_a_sign_off_rule_names():
    own = agreed(PEOPLE + LEX, SETTINGS + LAWYER)

    assert objections_to(own) == []
    assert [person.id for person in own.with_role("legal")] == ["lex"]
    with pytest.raises(BadPolicy) as refusal:
        agreed(PEOPLE + LEX)
    assert str(refusal.value) == (
        f"people.yaml, line 12: people.6.roles.0: “legal” is no role; use {ROLES}; "
        "correct the entry"
    )


def test_who_has_a_role_of_their_own_may_do_what_a_reviewer_may_and_no_more():
    own = agreed(PEOPLE + LEX, SETTINGS + LAWYER)
    further = {action for action in RIGHTS if "legal" in own.may(action)}
    narrow = agreed(PEOPLE + LEX, SETTINGS + LAWYER + "rights: {retract: [legal, reviewer]}\n")

    assert further == {"sign off", "request changes", "retract", "veto", "lift", "comment"}
    assert all("legal" not in POLICY.may(action) for action in RIGHTS)
    assert narrow.may("retract") == ("legal", "reviewer")


def test_a_type_that_the_desk_has_not_chosen_asks_for_nobody():
    shipped_types = {name: shipped(name) for name in ("country", "kep")}
    files = {"people.yaml": PEOPLE, "policy.yaml": SETTINGS}
    usual = policy(files, shipped_types)
    chosen = policy(files | {"policy.yaml": "default_type: kep\n"}, shipped_types)
    held = PEOPLE.replace("zoe@example.org, roles: [", "zoe@example.org, roles: [PRR, ")
    ready = {"people.yaml": held.replace("PRR", "production-readiness")}

    assert (objections_to(usual), shortages(usual)) == ([], [])
    assert objections_to(chosen) == []
    assert shortages(chosen) == [
        "kep: 1 sign-off by role production-readiness is asked of some briefs, and 0 people hold it"
    ]
    assert (
        shortages(policy(files | ready | {"policy.yaml": "default_type: kep\n"}, shipped_types))
        == []
    )


def test_a_desks_own_type_asks_for_roles_that_somebody_has():
    own = COUNTRY_YAML.replace("type: country", "type: memo").replace(
        "role: reviewer", "role: legal"
    )
    files = {"people.yaml": PEOPLE, "policy.yaml": SETTINGS, "types/memo.yaml": own}
    nobody = policy(files, {"country": COUNTRY})
    one = policy(files | {"people.yaml": PEOPLE + LEX}, {"country": COUNTRY})

    assert objections_to(nobody) == [
        "signoff of memo: nobody holds the role “legal”: give it to somebody in people.yaml, "
        f"or use {ROLES}"
    ]
    assert objections_to(one) == []
    assert shortages(one) == ["memo: 2 sign-offs by role legal are asked, and 1 person holds it"]


def test_a_rule_with_a_condition_counts_where_the_front_matter_meets_it():
    rule = agreed(PEOPLE + LEX, SETTINGS + LAWYER).rules_for(COUNTRY)[1]
    keys = COUNTRY.front_matter.keys

    assert [rule.counts({"region": r}, keys) for r in ("Europe", "Asia", "")] == [
        True,
        False,
        False,
    ]
    assert SignOffRule().counts({}, keys)


def test_a_rule_without_a_condition_is_written_as_it_was_before_there_were_any():
    conditional = SignOffRule(when={"region": "Europe"})

    assert SignOffRule().model_dump(mode="json") == {
        "sections": ["*"],
        "role": "reviewer",
        "count": 1,
    }
    assert SignOffRule.model_validate(conditional.model_dump(mode="json")) == conditional


def with_signoff(rules, *, whole=False):
    people = (
        "people:\n  - {id: zoe, name: Zoe, email: zoe@example.org, roles: [admin], accounts: [z]}\n"
    )
    signoff = rules if whole else f"{{country: {rules}}}"
    settings = f"default_type: country\nsignoff: {signoff}\n"
    known = {"country": shipped("country")}
    return policy({"people.yaml": people, "policy.yaml": settings}, known)


# Whether a policy can be lived with.


def short(*rules, people=None, **terms):
    held = people or {"ben": "reviewer", "cleo": "legal"}
    everybody = {p.id: {"roles": ()} for p in POLICY.people}
    roles = {name: {"roles": tuple(roles.split())} for name, roles in held.items()}
    return shortages(under(*rules, policy=but(**{**everybody, **roles}), **{"veto": (), **terms}))


REVIEWER, LEGAL = SignOffRule(), SignOffRule(role="legal")


@pytest.mark.parametrize(
    ("rules", "people", "sentences"),
    [
        ((REVIEWER, LEGAL), {"ben": "reviewer", "cleo": "legal"}, []),
        (
            (REVIEWER, LEGAL),
            {"ben": "reviewer legal"},
            [
                "country: its rules ask for 2 different people in a section, and 1 can be found: "
                "one person counts for one rule"
            ],
        ),
        ((REVIEWER, LEGAL), {"ben": "reviewer legal", "cleo": "reviewer"}, []),
        (
            (REVIEWER, LEGAL.model_copy(update={"shared": True})),
            {"ben": "reviewer legal"},
            [],
        ),
        (
            (REVIEWER, LEGAL.model_copy(update={"when": {"region": "Asia"}})),
            {"ben": "reviewer legal"},
            [],
        ),
        (
            (REVIEWER, LEGAL.model_copy(update={"count": 2})),
            {"ben": "reviewer", "cleo": "legal"},
            ["country: 2 sign-offs by role legal are asked, and 1 person holds it"],
        ),
    ],
)
def test_a_policy_whose_rules_need_more_people_than_there_are_is_short(rules, people, sentences):
    assert short(*rules, people=people) == sentences


def test_rules_of_different_sections_may_be_met_by_the_same_person():
    parts = [SignOffRule(role="legal", sections=(path,)) for path in ("2", "3")]

    assert short(REVIEWER, *parts) == []


def test_a_rule_of_the_own_key_needs_people_who_have_one():
    rule = SignOffRule(personal_key=True)
    lost = but(ben={"keys": (Key(key=public(1), revoked=True),)})
    good = but(ben={"keys": (Key(key=public(1), revoked=True), Key(key=public(2)))})
    # Three people hold the role: what nobody has is a key.
    said = (
        "country: 1 sign-off by role reviewer with an own key is asked, "
        "and 0 people hold it and have a key"
    )

    assert [shortages(under(rule, policy=p))[:1] for p in (POLICY, lost, good)] == [
        [said],
        [said],
        [],
    ]


def test_a_quorum_is_of_people_who_may_sign():
    assert short(REVIEWER, LEGAL, quorum=2) == []
    assert short(REVIEWER, LEGAL, quorum=3) == ["country: a quorum of 3 is asked, and 2 may sign"]


def test_a_veto_is_given_to_roles_that_somebody_holds():
    assert short(REVIEWER, veto=("reviewer", "legal")) == []
    assert short(REVIEWER, veto=("reviewer", "counsel")) == [
        "country: role counsel may veto, and nobody holds it"
    ]


def test_terms_are_of_a_type_that_there_is():
    assert objections_to(agreed(settings=SETTINGS + "terms: {atlas: {quorum: 2}}\n")) == [
        "terms: “atlas” is no type; use country"
    ]


@pytest.mark.parametrize(
    ("change", "sentences"),
    [
        ("{}", []),
        ("{role: reviewer, count: 3}", []),
        ("{role: reviewer, count: 4}", ["change: 4 of role reviewer must agree, and 3 hold it"]),
        ("{count: 2}", ["change: 2 of role admin must agree, and 1 hold it"]),
        ("{role: boss}", ["change: 1 of role boss must agree, and 0 hold it"]),
    ],
)
def test_a_policy_can_be_changed_again(change, sentences):
    assert objections_to(agreed(settings=f"{SETTINGS}change: {change}\n")) == sentences


def test_a_key_of_the_desk_is_an_ed25519_key():
    good = agreed(settings=f"{SETTINGS}desk_keys: [{{key: {public(1)}}}]\n")

    assert [key.key for key in good.settings.desk_keys] == [public(1)]
    with pytest.raises(BadPolicy) as refusal:
        agreed(settings=f"{SETTINGS}desk_keys: [{{key: {ECDSA}}}]\n")
    assert str(refusal.value) == (
        "policy.yaml, line 2: desk_keys: a key of the desk is an Ed25519 key: ssh-ed25519 …; "
        "correct the entry"
    )


ECDSA = (
    "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBGsX0fLhLEJH+Lzm5WOk"
    "QPJ3A32BLeszoPShOUXYmMKWT+NC4v4af5uO5+tKfA+eFivOM1drMV7Oy7ZAaDe/UfU="
)


def test_the_policys_own_terms_go_before_those_of_the_type():
    own = agreed(settings=SETTINGS + "terms: {country: {quorum: 2}}\n")

    assert (own.terms_for(COUNTRY), agreed().terms_for(COUNTRY)) == (
        Terms(quorum=2),
        COUNTRY.terms,
    )
    assert own.in_use("country")
    assert not own.in_use("kep")
