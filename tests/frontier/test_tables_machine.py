"""Any run of calls, by two holders and a person, against what a dict says should come of it."""

import os
import sqlite3
from collections import Counter

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from crawler.frontier import byhand, inquiry
from crawler.frontier.interface import Handling, Pushed, Receipt
from crawler.frontier.outlook import STATES
from crawler.frontier.requests import anew
from crawler.frontier.schema import SCHEMA
from crawler.frontier.tables import Tables
from tests.frontier.conftest import NOON, answered, found, key_of

HOSTS = ("news.example.com", "pictures.example.com")
NAMES = [f"{number}" for number in range(12)]
HOLDERS = ("one", "two")
SECONDS = 60

names = st.lists(st.sampled_from(NAMES), min_size=1, max_size=6)
holders = st.sampled_from(HOLDERS)
number = st.integers(0, 30)


class Known:
    """What is to be known of an address."""

    def __init__(self, order):
        self.order, self.crawl, self.state = order, 0, "waiting"
        self.host, self.priority, self.failures = HOSTS[0], 0, 0
        self.lease = self.holder = self.until = self.proof = None

    def wait(self, crawl):
        self.crawl, self.state = crawl, "waiting"
        self.free()

    def free(self):
        self.lease = self.holder = self.until = self.proof = None


class Machine(RuleBasedStateMachine):
    """Each call is made on the tables and on a dict."""

    def __init__(self):
        super().__init__()
        # Shared, so that two connections would not have to wait for each other: what they share is the tables.
        self.db = sqlite3.connect(":memory:", isolation_level=None)
        self.db.executescript(SCHEMA)
        self.now = float(NOON)
        self.crawl, self.ended, self.pauses = 0, True, dict.fromkeys(HOSTS, 0)
        self.known: dict[str, Known] = {}
        self.old = []
        """Leases that were lost or have ended: whatever is said of them is passed over."""
        self.tables = {}

    def teardown(self):
        self.db.close()

    def call(self, holder, work):
        """Make a call in a transaction, as the frontier does."""
        tables = self.tables[holder]
        self.db.execute("BEGIN IMMEDIATE")
        tables.begun()
        result = work(tables)
        tables.settled()
        self.db.execute("COMMIT")
        return result

    def holding(self, holder):
        return [name for name, one in self.known.items() if one.state == "leased" and one.holder == holder]

    def lose(self, name):
        """What is said of the lease of an address, if it has one, is from now on passed over."""
        if self.known[name].lease is not None:
            self.old.append(self.known[name].lease)
        self.known[name].free()

    @initialize()
    def open(self):
        for holder in HOLDERS:
            self.reopen(holder)
        self.begin("one", fresh=False)
        # Most of what may go wrong does with addresses in several states.
        for host, some in zip(HOSTS, (NAMES[:5], NAMES[5:8]), strict=True):
            self.push("one", some, host, 0, 0)
        self.lease("one", 4, 3, set())
        self.lease("two", 2, 3, set())

    @rule(holder=holders)
    def reopen(self, holder):
        """A process that died is followed by another, which has none of its leases."""
        for one in self.known.values():
            if one.holder == holder:
                one.holder = "nobody"
        self.tables[holder] = Tables(self.db, lease_seconds=SECONDS)
        self.call(holder, lambda tables: tables.own(holder, self.now))

    @rule(holder=holders)
    def abandoned(self, holder):
        left = self.call(holder, lambda tables: tables.abandoned(self.now))
        under = {name: one for name, one in self.known.items() if one.state == "leased"}
        proofs = {one.lease.key: one.proof if isinstance(one, Handling) else None for one in left
                  if isinstance(one, Handling)} | {one.key: None for one in left if not isinstance(one, Handling)}  # fmt: skip
        assert proofs == {key_of(name): one.proof for name, one in under.items()}
        tokens = {(one.lease if isinstance(one, Handling) else one).token for one in left}
        assert tokens == {one.lease.token for one in under.values()}
        for one in under.values():
            one.holder, one.until = holder, self.now + SECONDS

    @rule(holder=holders, fresh=st.booleans())
    def begin(self, holder, fresh):
        crawl = self.call(holder, lambda tables: tables.begin(fresh=fresh, mark=0, now=int(self.now)))
        resumed = not self.ended and not fresh
        self.crawl += not resumed
        self.ended = False
        assert (crawl.number, crawl.resumed) == (self.crawl, resumed)

    @rule(holder=holders, host=st.sampled_from([None, *HOSTS]))
    def finish(self, holder, host):
        left = [
            one for one in self.newest() if one.state in ("waiting", "leased") and (host is None or one.host == host)
        ]
        assert self.call(holder, lambda tables: tables.finish(host, int(self.now))) is not bool(left)
        self.ended = self.ended or not left

    @rule(holder=holders, names=names, host=st.sampled_from(HOSTS), priority=st.integers(-1, 1), by=number)
    def push(self, holder, names, host, priority, by):
        handled = self.chosen(holder, by)
        handling = handled and Handling(
            lease=self.known[handled].lease, answer=answered(), proof=f"visit:{by}", after=by
        )
        new = self.call(
            holder,
            lambda tables: tables.push([found(name, host, priority=priority) for name in names], handling, int(self.now)),
        )  # fmt: skip
        expected = []
        for name in names:
            expected.append(self.pushed(name, host, priority))
        assert new == expected
        if handled and self.known[handled].lease is not None and self.known[handled].lease is handling.lease:
            self.known[handled].proof = handling.proof

    def pushed(self, name, host, priority):
        one = self.known.get(name)
        if one is None:
            one, pushed = Known(len(self.known)), Pushed.NEW
            self.known[name] = one
        elif one.crawl == self.crawl or one.state == "dropped":
            return Pushed.KNOWN
        else:
            pushed = Pushed.AGAIN
        self.lose(name)
        one.wait(self.crawl)
        one.host, one.priority, one.failures = host, priority, 0
        return pushed

    def chosen(self, holder, which):
        held = self.holding(holder)
        return held[which % len(held)] if held else None

    @rule(
        holder=holders, count=st.sampled_from([3, 1, 6, 0]), per_host=st.integers(1, 4), closed=st.sets(st.sampled_from(HOSTS), max_size=1)
    )  # fmt: skip
    def lease(self, holder, count, per_host, closed):
        for name, one in self.known.items():
            if one.state == "leased" and one.until < self.now and one.holder != holder:
                self.lose(name)
                one.state = "waiting"
        batch = self.call(
            holder, lambda tables: tables.lease(count, per_host=per_host, held={}, closed=closed, now=self.now)
        )
        taken = [next(name for name in NAMES if key_of(name) == lease.key) for lease in batch.leases]
        assert len(set(taken)) == len(taken) <= count
        open_ = [host for host in HOSTS if host not in closed and self.pauses[host] <= self.now]
        rooms = {host: min(len(self.queue(host)), per_host) for host in open_}
        assert len(taken) == min(count, sum(rooms.values())), "as many as there may be"
        shares = {host: [name for name in taken if self.known[name].host == host] for host in HOSTS}
        for host in HOSTS:
            queue = self.queue(host)
            assert shares[host] == queue[: len(shares[host])], "the best of each host, in order"
            assert len(shares[host]) <= rooms.get(host, 0)
            assert (host in batch.more) == (host in open_ and len(queue) > len(shares[host]))
        for host in open_:
            fair = count // len(open_)
            assert len(shares[host]) >= min(rooms[host], fair), "each has its share"
        for name, lease in zip(taken, batch.leases, strict=True):
            one = self.known[name]
            assert (lease.host, lease.priority, lease.failures) == (one.host, one.priority, one.failures)
            one.state, one.lease, one.holder, one.until = "leased", lease, holder, self.now + SECONDS
        due = [
            self.pauses[host]
            for host in HOSTS
            if host not in closed and self.pauses[host] > self.now and self.queue(host)
        ]
        others = [one.until for one in self.known.values() if one.state == "leased" and one.holder != holder]
        assert batch.again_at == min(due + others, default=None)

    @rule(holder=holders, which=number)
    def renew(self, holder, which):
        held = self.holding(holder)[: which % 4]
        leases = [self.known[name].lease for name in held] + self.old[-2:]
        assert self.call(holder, lambda tables: tables.renew(leases, self.now)) == len(self.old[-2:])
        for name in held:
            self.known[name].until = self.now + SECONDS

    @rule(holder=holders, which=number, state=st.sampled_from(["done", "failed", "refused"]))
    def acknowledge(self, holder, which, state):
        ends = self.holding(holder)[: which % 4]
        lost = self.old[-2:]
        receipts = [Receipt(lease=lease, state=state) for lease in [*(self.known[name].lease for name in ends), *lost]]
        assert self.call(holder, lambda tables: tables.acknowledge(receipts, int(self.now))) == len(lost)
        for name in ends:
            self.lose(name)
            self.known[name].state = state
            self.known[name].failures += state == "failed"

    @rule(holder=holders, which=number)
    def give_back(self, holder, which):
        back = self.holding(holder)[: which % 4]
        leases = [self.known[name].lease for name in back] + self.old[-2:]
        self.call(holder, lambda tables: tables.give_back(leases, int(self.now)))
        for name in back:
            self.lose(name)
            self.known[name].state = "waiting"

    @rule(holder=holders, which=number, failed=st.booleans(), host=st.sampled_from(HOSTS))
    def retry(self, holder, which, failed, host):
        name = self.chosen(holder, which)
        if name is None:
            return
        one = self.known[name]
        assert self.call(
            holder,
            lambda tables: tables.hand_over(one.lease, found(name, host, priority=-1), None, failed=failed, now=int(self.now)),
        )  # fmt: skip
        self.lose(name)
        one.state, one.host, one.priority, one.failures = "waiting", host, -1, one.failures + failed

    @rule(holder=holders, which=number, to=st.sampled_from(NAMES), host=st.sampled_from(HOSTS))
    def redirect(self, holder, which, to, host):
        name = self.chosen(holder, which)
        if name is None or name == to:
            return
        lease = self.known[name].lease
        done = self.call(
            holder, lambda tables: tables.hand_over(lease, found(to, host), None, failed=False, now=int(self.now))
        )
        assert done is bool(self.pushed(to, host, 0))
        if done:
            self.lose(name)
            self.known[name].state = "done"

    @precondition(lambda self: self.old)
    @rule(holder=holders, which=number)
    def retry_what_was_lost(self, holder, which):
        lease = self.old[which % len(self.old)]
        again = found(lease.url.rpartition("/")[2], priority=1)
        assert self.call(holder, lambda tables: tables.hand_over(lease, again, None, failed=True, now=int(self.now)))

    @rule(seconds=st.sampled_from([1, 30, 61, 200]))
    def wait(self, seconds):
        self.now += seconds

    @rule(host=st.sampled_from(HOSTS), seconds=st.sampled_from([5, 50]), holder=holders)
    def pause(self, host, seconds, holder):
        until = int(self.now) + seconds
        self.call(holder, lambda tables: tables.pause(host, until))
        self.pauses[host] = max(self.pauses[host], until)

    @rule(holder=holders, names=names)
    def requeue(self, holder, names):
        again = [
            name
            for name in dict.fromkeys(names)
            if name in self.known
            and not (self.known[name].crawl == self.crawl and self.known[name].state in ("waiting", "leased"))
        ]
        keys = [key_of(name) for name in names]
        done = self.call(holder, lambda tables: byhand.requeue(tables, keys, anew, int(self.now)))
        assert done == len(again)
        self.ended = self.ended and not any(name in self.known for name in names)
        for name in again:
            self.lose(name)
            self.known[name].wait(self.crawl)
            self.known[name].failures = 0

    @rule(holder=holders, names=names)
    def drop(self, holder, names):
        gone = [name for name in dict.fromkeys(names) if name in self.known and self.known[name].state != "dropped"]
        keys = [key_of(name) for name in names]
        assert self.call(holder, lambda tables: byhand.drop(tables, keys, int(self.now))) == len(gone)
        for name in gone:
            self.lose(name)
            self.known[name].state = "dropped"

    def newest(self):
        return [one for one in self.known.values() if one.crawl == self.crawl]

    def queue(self, host):
        """Names that wait of a host, in the order in which they are to be leased."""
        waiting = [
            name
            for name, one in self.known.items()
            if one.state == "waiting" and one.crawl == self.crawl and one.host == host
        ]
        return sorted(waiting, key=lambda name: (-self.known[name].priority, self.known[name].order))

    @invariant()
    def each_address_is_in_the_state_that_it_should_be_in(self):
        told = inquiry.listed(self.db, None, None, 1000, self.now)
        seen = {
            one.url.rpartition("/")[2]: (one.state, one.crawl, one.host, one.priority, one.failures) for one in told
        }
        assert seen == {
            name: (one.state, one.crawl, one.host, one.priority, one.failures) for name, one in self.known.items()
        }
        assert [one.url.rpartition("/")[2] for one in told] == list(self.known), (
            "the order in which they were first seen"
        )
        assert {one.key: one.leased_until for one in told} == {
            key_of(name): one.until and int(one.until) for name, one in self.known.items()
        }

    @invariant()
    def the_counts_of_each_host_are_what_counting_would_give(self):
        counted = Counter((one.host, one.state) for one in self.newest() if one.state != "dropped")
        counted.update((one.host, "dropped") for one in self.known.values() if one.state == "dropped")
        overview = inquiry.overview(self.db)
        told = {(host.name, state): host.counts[state] for host in overview.hosts for state in STATES}
        assert {place: count for place, count in told.items() if count} == counted
        assert overview.known == len(self.known)
        assert (overview.finished_at is not None) == (self.ended and overview.crawl is not None)

    @invariant()
    def what_waits_knows_its_place(self):
        for host in HOSTS:
            for place, name in enumerate(self.queue(host)):
                assert inquiry.state_of(self.db, key_of(name), self.now).ahead == place


TestTables = Machine.TestCase
TestTables.settings = settings(max_examples=150 if os.environ.get("CI") else 40, stateful_step_count=40, deadline=None)
