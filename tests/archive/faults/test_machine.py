"""Everything that may happen to an archive, in any order: a state machine beside a model that is two dicts."""

import random
import shutil
import tempfile
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

import archive
from archive.compact import compact
from archive.disk import Disk
from archive.erase import erase
from archive.packing import take_gz, take_zst
from archive.verify import verify
from tests.archive.faults.disks import Died, DyingDisk, RecordingDisk
from tests.archive.faults.losses import alarms
from tests.archive.faults.power import possible_disk
from tests.archive.faults.workload import Call, Pages, contents, let_go, name_of

SITES = ("a.example", "b.example")
FAR = date(2100, 1, 1)

seeds = st.integers(0, 2**32)
sites = st.sampled_from(SITES)
moments = st.integers(1, 70)


class Life(RuleBasedStateMachine):
    """Two runs write, each its own site; somebody compacts and erases; somebody reads; everything may end at any call."""

    def __init__(self):
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="machine-"))
        self.lives = 0
        self.writers = {}
        self.pages = {site: Pages(0, site, articles=4) for site in SITES}
        self.buffered = {site: [] for site in SITES}
        """Calls that nobody has acknowledged."""
        self.durable = {site: [] for site in SITES}
        """Calls that were acknowledged, and that readers do not have yet."""
        self.published = []
        self.perhaps = []
        """Calls that were under way when everything ended: all of each is there, or nothing."""
        self.erased = {}
        """Id -> names of the records that it had."""
        self.cursor, self.told = None, {}

    @initialize(seed=seeds)
    def begin(self, seed):
        base = self.folder / "0"
        base.mkdir()
        self.plug_in(base)
        for site in SITES:
            self.pages[site].rng.seed(f"{seed} {site}")

    def plug_in(self, base):
        self.base, self.root = base, base / "data"
        self.recording = RecordingDisk(base)
        self.disk = DyingDisk(self.recording)

    # What runs do. -----------------------------------------------------------------------------------------------

    @rule(site=sites)
    def start(self, site):
        if site in self.writers:
            with pytest.raises(archive.SiteLocked):
                archive.Writer(self.root, site=site, disk=self.disk)
            return
        self.writers[site] = archive.Writer(self.root, site=site, disk=self.disk)

    @rule(site=sites, visits=st.integers(1, 4), then=st.sampled_from(["", "flush", "publish", "publish", "close"]))
    def write(self, site, visits, then):
        if site not in self.writers:
            self.start(site)
        writer = self.writers[site]
        for _ in range(visits):
            pages = self.pages[site]
            # As a crawl does: what was taken down is not fetched again.
            wanted = {n for n in range(pages.articles) if not writer.known.is_erased(self.id_of(site, n))}
            if wanted:
                self.buffered[site].append(visit_one_of(pages, writer, wanted))
        if then == "flush":
            self.flush(site)
        elif then:
            self.publish(site, end=then == "close")

    @staticmethod
    def id_of(site, number):
        return archive.article_id(f"http://{site}/{number}.html")

    @precondition(lambda self: self.writers)
    @rule(site=sites)
    def flush(self, site):
        if site in self.writers:
            self.writers[site].flush()
            self.acknowledge(site)

    def acknowledge(self, site):
        self.durable[site] += self.buffered[site]
        self.buffered[site] = []

    @precondition(lambda self: self.writers)
    @rule(site=sites, end=st.booleans())
    def publish(self, site, end):
        if site not in self.writers:
            return
        if end:
            self.writers.pop(site).close()
        else:
            self.writers[site].publish()
        self.acknowledge(site)
        self.published += self.durable[site]
        self.durable[site] = []

    # What keepers do. --------------------------------------------------------------------------------------------

    @precondition(lambda self: self.published)
    @rule()
    def compact(self):
        compact(self.root, until=FAR, disk=self.disk)

    @precondition(lambda self: self.published)
    @rule(number=st.integers(0, 3), site=sites, end=st.booleans())
    def erase(self, number, site, end):
        id_ = self.id_of(site, number)
        if end and site in self.writers:
            self.publish(site, end=True)
        if not self.has(id_):
            return
        if site in self.writers:
            with pytest.raises(archive.SiteLocked):
                erase(self.root, id_, "a request", disk=self.disk)
            return
        erase(self.root, id_, "a request", disk=self.disk)
        self.forget(id_)

    def has(self, id_):
        return id_ not in self.erased and any(
            isinstance(record, archive.Article) and record.id == id_
            for call in self.published
            for record in call.records
        )

    def forget(self, id_):
        """Strike out of the model what was taken down."""
        gone = [call for call in self.published if call.records[0].id == id_]
        self.erased[id_] = [name_of(record) for call in gone for record in call.records]
        self.published = [call for call in self.published if call not in gone]

    # How it ends. ------------------------------------------------------------------------------------------------

    @rule(work=st.sampled_from(["write", "publish", "compact", "erase", "start", ""]), nth=moments,
          power=st.booleans(), site=sites, number=st.integers(0, 3), seed=seeds)  # fmt: skip
    def crash(self, work, nth, power, site, number, seed):
        """End everything, perhaps in the middle of something, and begin again on what is left."""
        self.disk.nth = self.disk.calls + nth
        under_way = {}
        with suppress(Died):
            match work:
                case "publish":
                    self.publish(site, end=False)
                case "erase":
                    under_way = {self.id_of(site, number): None}
                    self.erase(number, site, end=True)
                case "write":
                    self.write(site, 3, "flush")
                case "start":
                    self.start(site)
                case "compact" if self.published:
                    self.compact()
        self.disk.dead = True
        for writer in self.writers.values():
            let_go(writer)
        self.writers = {}
        for site_ in SITES:
            self.perhaps += self.buffered[site_]
            self.buffered[site_] = []
        if power:
            self.lives += 1
            base = self.folder / str(self.lives)
            base.mkdir()
            possible_disk(self.recording.record, self.recording.root, base, random.Random(seed))
            self.plug_in(base)
        else:
            self.disk = DyingDisk(self.recording)
        self.recover(under_way)

    def recover(self, under_way):
        with alarms() as said:
            archive.Writer(self.root, disk=self.disk).close()
        assert said == []
        opened = archive.open(self.root)
        for site in SITES:
            self.published += self.durable[site]
            self.durable[site] = []
        there = {name_of(record) for record in contents(opened)}
        self.published += [call for call in self.perhaps if name_of(call.records[0]) in there]
        self.perhaps = []
        for id_ in under_way:
            if id_ in opened.snapshot.erasures and id_ not in self.erased:
                self.forget(id_)
                # It was decided, and perhaps not carried through.
                erase(self.root, id_, "a request", disk=self.disk)
        self.read()

    # What readers see. -------------------------------------------------------------------------------------------

    @precondition(lambda self: self.recording.record and self.root.exists() and (self.root / "LAYOUT.json").exists())
    @rule()
    def read(self):
        opened = archive.open(self.root)
        expected = {name_of(record): record for call in self.published for record in call.records}
        found = list(contents(opened))
        assert len(found) == len({name_of(record) for record in found})
        assert {name_of(record): record for record in found} == expected
        for call in self.published:
            for capture, exchange in call.exchanges:
                assert opened.exchange(capture) == exchange
        self.follow(opened)
        assert [str(finding) for finding in verify(self.root, jobs=1).findings] == []

    def follow(self, opened):
        """Take the changes since the last time: then all that is there has been told, once by its cursor."""
        for change in opened.changes(self.cursor):
            assert change.cursor not in self.told
            self.told[change.cursor] = change.line
            self.cursor = change.cursor
        lines = {change.line for change in opened.changes()}
        assert lines <= set(self.told.values())
        erased = {change.record.id for change in opened.changes() if change.kind == "erasure"}
        assert erased == set(self.erased)

    @precondition(lambda self: self.erased and not self.writers)
    @rule()
    def search(self):
        """What was erased is in no file, unpacked."""
        words = {name.split(" ")[1].encode() for names in self.erased.values() for name in names}
        for path in self.root.rglob("*"):
            if path.is_file():
                text = unpacked(path)
                assert not [word for word in words if word in text], path

    def teardown(self):
        for writer in self.writers.values():
            let_go(writer)
        shutil.rmtree(self.folder)


def visit_one_of(pages, writer, wanted) -> Call:
    """Visit a page, of those that may be visited."""

    class Choosing(random.Random):
        def randrange(self, *arguments):
            return self.choice(sorted(wanted)) if arguments == (pages.articles,) else super().randrange(*arguments)

    choosing = Choosing()
    choosing.setstate(pages.rng.getstate())
    kept, pages.rng = pages.rng, choosing
    try:
        return pages.visit(writer)
    finally:
        kept.setstate(choosing.getstate())
        pages.rng = kept


def unpacked(path: Path) -> bytes:
    """Return a file's bytes, without its compression."""
    data = path.read_bytes()
    take = {".gz": take_gz, ".zst": take_zst}.get(path.suffix)
    if take is None:
        return data
    at, found = 0, []
    while at < len(data) and (part := take(data, at)):
        found.append(part[1])
        at += part[0]
    return b"".join(found)


assert issubclass(RecordingDisk, Disk)
TestLife = Life.TestCase
TestLife.settings = settings(
    max_examples=15, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
)
