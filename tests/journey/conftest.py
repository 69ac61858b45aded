import pytest

from tests.desk.support import ADMIN, said


@pytest.fixture
def desk(tmp_path, monkeypatch):
    root = tmp_path / "desk"
    assert said("init", root, "--admin", ADMIN, "--sample").code == 0
    monkeypatch.setenv("BRIEFS_DESK", str(root))
    return root
