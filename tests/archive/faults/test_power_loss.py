import random

import pytest

from tests.archive.faults.losses import lose_power, story


@pytest.mark.parametrize("seed", range(30))
def test_a_power_loss_takes_nothing_that_was_acknowledged(tmp_path, seed):
    (tmp_path / "live").mkdir()
    told = story(tmp_path / "live", seed)
    for number in range(5):
        found = lose_power(told, tmp_path / f"after-{number}", random.Random(f"{seed} {number}"))
        assert not found, found


def test_a_disk_that_forgets_to_sync_is_found_out(tmp_path):
    # Else the test above could not fail.
    (tmp_path / "live").mkdir()
    told = story(tmp_path / "live", 5, forgetful=True)
    lost = []
    for number in range(10):
        lost += lose_power(told, tmp_path / f"after-{number}", random.Random(number)).verdict.lost
    assert lost
