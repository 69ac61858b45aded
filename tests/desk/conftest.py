import contextlib
import shutil

import pytest

from desk.cli import main
from tests.desk.support import STEPS, Told, template, traces


@pytest.fixture(scope="session")
def templates(tmp_path_factory):
    return tmp_path_factory.mktemp("desks")


@pytest.fixture
def desk_at(templates, tmp_path, monkeypatch):
    """A desk of one's own, made by `briefs init --sample`, its brief at the stage asked for."""
    monkeypatch.delenv("NO_COLOR", raising=False)

    def make(stage):
        assert stage in STEPS
        root = tmp_path / "desk"
        shutil.copytree(template(templates, stage), root)
        monkeypatch.setenv("BRIEFS_DESK", str(root))
        monkeypatch.chdir(tmp_path)
        return root

    return make


@pytest.fixture
def desk(desk_at):
    """A fresh desk."""
    return desk_at("new")


@pytest.fixture
def run(capsys):
    def run(*argv):
        capsys.readouterr()
        code = main([str(word) for word in argv])
        return Told(code, *capsys.readouterr())

    return run


@pytest.fixture
def without_a_trace():
    """Assert that a block leaves every ref and every object of a desk's repository as it was."""

    @contextlib.contextmanager
    def watch(root):
        before = traces(root)
        yield
        assert traces(root) == before

    return watch
