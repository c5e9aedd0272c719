"""The README is true: its table of claims and its worked example are what a run gives."""

import pytest
from readme import README, between, claims_table, example, forms_table, output_of


@pytest.mark.slow
def test_table_of_claims_is_what_a_run_gives(outcomes):
    assert between(README.read_text(encoding="utf-8"), "claims") == claims_table(list(outcomes.values()))


def test_table_of_forms_is_what_derivations_give():
    assert between(README.read_text(encoding="utf-8"), "forms") == forms_table()


def test_worked_example_prints_what_the_readme_shows():
    arguments, printed = example(README.read_text(encoding="utf-8"))
    assert output_of(arguments) == printed
