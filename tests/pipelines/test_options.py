from pathlib import Path

import pytest
from scrapy.settings import Settings

from pipelines.options import BadSetting, Options


def of(**settings):
    return Options.of(Settings({"ARCHIVE": "data", **settings}))


def test_settings_are_read_from_text_as_well():
    options = of(CAPTURES="0", CAPTURE_EVERY="3", QUARANTINE_REGRESSED="0", COMMIT_DELAY="0.5", SEAL_SECONDS="60", SEAL_BYTES="1000", ARCHIVE_COMPRESSION="gz")  # fmt: skip
    assert options == Options(root=Path("data"), compression="gz", captures=False, every=3, regressed=False, commit_delay=0.5, seal_seconds=60, seal_bytes=1000)  # fmt: skip


def test_a_run_without_settings_of_ours_has_them_all():
    assert of() == Options(root=Path("data"), compression="zst", captures=True, every=1, regressed=True, commit_delay=0.1, seal_seconds=600, seal_bytes=256 << 20)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ARCHIVE_COMPRESSION", "zip"),
        ("CAPTURES", "maybe"),
        ("CAPTURE_EVERY", "0"),
        ("CAPTURE_EVERY", "1.5"),
        ("COMMIT_DELAY", "-1"),
        ("COMMIT_DELAY", "inf"),
        ("SEAL_SECONDS", "nan"),
        ("SEAL_BYTES", "much"),
    ],
)
def test_what_cannot_be_meant_is_named(name, value):
    with pytest.raises(BadSetting, match=name):
        of(**{name: value})
