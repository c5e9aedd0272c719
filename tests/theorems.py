"""The theorem files, and the few of them that the fast suite examines: each kind of statement, and a false one."""

from pathlib import Path

import pytest

from mirrortheory.check.claims import find

FOLDER = Path(__file__).resolve().parents[1] / "proofs_checks"
FILES = find(FOLDER)
FEW = {
    "balance_decays_under_coupled_decay",  # refuted
    "balance_is_conserved_for_products",  # simulated besides
    "bregman_divergence_is_positive_off_the_diagonal",  # boxes
    "coercivity_at_a_saddle_start_is_a_power_of_the_imbalance",  # form
    "difference_of_squares_is_no_mask_below_q_two",  # exists, sampled
    "energy_decays_along_steepest_flow",
    "escape_time_is_an_increment_of_the_mirror_map",  # ends at
    "mirror_map_of_two_layers_is_logarithmic_far_out",  # limit
}


def examined(paths):
    """Return theorem files as parameters; those that only the whole suite examines are marked slow."""
    return [pytest.param(p, id=p.stem, marks=[] if p.stem in FEW else pytest.mark.slow) for p in paths]
