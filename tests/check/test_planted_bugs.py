"""The bugs that ``python tests/planted_bugs.py`` plants can still be planted: the place of each is in the code, once."""

from planted_bugs import BUGS, ROOT


def test_the_place_of_each_bug_is_in_the_code():
    found = {
        name: (ROOT / "mirrortheory" / place).read_text(encoding="utf-8").count(there) for name, (place, there, _) in BUGS.items()
    }
    assert {name: count for name, count in found.items() if count != 1} == {}
    assert all(there != bug for _, there, bug in BUGS.values())
