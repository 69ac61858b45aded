"""`python -m tests.docs --write`: make the generated parts of the documents anew."""

import sys

from tests.docs.generated import PARTS, ROOT, renewed


def main(words: list[str]) -> int:
    """Write what lags, with `--write`, else name it; return 1 where something lags."""
    lagging = [name for name in PARTS if renewed(name) != (ROOT / name).read_text("utf-8")]
    for name in lagging:
        if words == ["--write"]:
            (ROOT / name).write_text(renewed(name), "utf-8")
        print(f"{name}: {'written' if words == ['--write'] else 'lags: make docs'}")
    return 1 if lagging and words != ["--write"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
