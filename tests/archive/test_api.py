import archive


def test_what_is_public_is_there_and_says_what_it_is():
    assert archive.__all__ == sorted(archive.__all__)
    for name in archive.__all__:
        assert getattr(archive, name).__doc__, name


def test_every_error_is_an_archive_error():
    errors = [name for name in archive.__all__ if isinstance(getattr(archive, name), type)]
    errors = [getattr(archive, name) for name in errors if issubclass(getattr(archive, name), Exception)]
    assert {error.__name__ for error in errors} == {
        "ArchiveError",
        "CannotWrite",
        "Damaged",
        "DamagedFile",
        "DamagedLine",
        "DamagedLog",
        "Locked",
        "NotAnArchive",
        "NotMergeable",
        "NotThere",
        "SiteLocked",
        "UnknownCursor",
        "UnsupportedFormat",
    }
    assert all(issubclass(error, archive.ArchiveError) for error in errors)
