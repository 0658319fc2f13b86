"""A backup put back: nobody who left is mailed, nobody is mailed twice, and nothing goes out until somebody releases it."""

from __future__ import annotations

import gzip
import json
import shutil
import stat
import tarfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from pcnppg.app import queues
from pcnppg.groups.models import Group
from pcnppg.kernel import clock, keys
from pcnppg.kernel import settings as settings_of
from pcnppg.kernel.clock import now
from pcnppg.kernel.who import VISITOR, Who
from pcnppg.mailing import actions, queries
from pcnppg.mailing.models import Delivery, Mailing
from pcnppg.membership import actions as membership
from pcnppg.membership.models import Contact, Suppression
from pcnppg.membership.rules import How
from pcnppg.pages import actions as pages
from pcnppg.people import queries as people
from pcnppg.post.jobs.command import lend, worker_of
from pcnppg.post.models import OutboxMessage
from pcnppg.post.rules import UNCERTAIN, Outcome, handed_over, temporary
from pcnppg.store import archive, copying, journal, lease
from pcnppg.store.session import db, end_read, session, transaction
from tests.conftest import THE_DAY
from tests.house.conftest import Done
from tests.mailing.lists import a_draft, a_list, contacts_of, deliveries, send, share_a_mailbox

Command = Callable[..., Done]
HOUR = timedelta(hours=1)
OK = handed_over("250")


class Installation:
    """An installation of its own, at THE_DAY, whose commands run beside it."""

    def __init__(self, app: Flask, command: Command, folder: Path) -> None:
        self.app, self.command, self.folder = app, command, folder
        self.settings = settings_of.current()
        self.kept_keys = keys.current()

    def run(self, *arguments: str, **more: str) -> Done:
        end_read()
        done = self.command(*arguments, DATABASE_URL=self.settings.database_url, QUIET_HOURS="none", **more)
        settings_of.use(self.settings)
        keys.use(keys.load(self.settings.instance))
        db.session.remove()
        return done

    def backup(self, name: str = "backup") -> Path:
        file = self.folder / name
        done = self.run("backup", str(file))
        assert done.status == 0, done
        return file

    def restore(self, file: Path) -> Done:
        done = self.run("restore", str(file), "--replace")
        assert done.status == 0, done
        return done

    def claim(self, mailing_id: int, group: int, *, limit: int = 20) -> list[int]:
        """Mark as a worker does, with the journal that it writes."""
        with transaction():
            claimed = actions.claim(mailing_id, group, worker="w1", at=now(), limit=limit)
            actions.write_marks(group, mailing_id, claimed, at=now())
            return [one.delivery.id for one in claimed]

    def settle(self, ids: list[int], outcome: Outcome = OK) -> None:
        with transaction():
            results = [(number, outcome) for number in ids]
            actions.write_outcomes(results, at=now())
            actions.settle("w1", results, at=now())

    def work(self) -> dict[str, int]:
        lend(self.app, queues=queues(), jobs=())  # as a process that has just begun
        worker = worker_of(self.app)
        worker.run(once=True)
        return {fate.value: number for fate, number in worker.counts.items() if number}


@pytest.fixture
def here(migrated: Flask, command: Command, tmp_path: Path) -> Iterator[Installation]:
    settings_of.use(migrated.config["SETTINGS"])
    with clock.at(THE_DAY):
        yield Installation(migrated, command, tmp_path)


def leave(contact: int) -> None:
    with transaction():
        membership.leave(contact, how=How.ONE_CLICK, by=Who.contact(contact), at=now())


# The proof


def test_with_the_journal_nobody_who_left_is_mailed_and_nobody_is_mailed_twice(here: Installation) -> None:
    group, (joan, _) = a_list(7, promise=2)
    ann, bob, cat, dan, eve, flo, gil = contacts_of(group)
    before = send(group, joan)
    with clock.at(now() + HOUR):
        here.settle(here.claim(before, group, limit=1))  # ann has it
        file = here.backup()
        leave(bob)
        with transaction():
            membership.erase(cat, by=Who.contact(cat), at=now())
            membership.pause(gil, months=3, how=How.LEAVE_PAGE, by=Who.contact(gil), at=now())
        here.settle(here.claim(before, group, limit=1))  # dan
        here.claim(before, group, limit=1)  # eve: the machine is lost while it goes
        lost = send(group, joan, at=now() - HOUR)  # began after the backup
        here.settle(here.claim(lost, group, limit=1))  # ann
    with clock.at(now() + 2 * HOUR):
        done = here.restore(file)
        assert "3 handovers" in done.out
        assert "1 leavings" in done.out
        assert "1 erasures" in done.out
        assert "1 pauses" in done.out
        assert "no journal" not in done.out.lower()
        by_contact = {row.contact_id: row.state for row in deliveries(before)}
        assert by_contact == {
            ann: "handed_over", bob: "withdrawn", cat: "withdrawn",
            dan: "handed_over", eve: "uncertain", flo: "queued", gil: "queued",
        }  # fmt: skip
        assert queries.count_used([ann, dan, eve], now()) == {ann: 2, dan: 1, eve: 1}
        assert session().get_one(Mailing, lost).state == "sent"
        assert session().get_one(Contact, bob).state == "left"
        assert session().get_one(Contact, cat).state == "erased"
        assert here.work() == {}  # held
        assert here.run("mail", "release", "--yes").status == 0
        assert here.work() == {"handed_over": 1}
    assert [row.state for row in deliveries(before) if row.contact_id in (flo, gil)] == ["handed_over", "left_out"]


def test_without_the_journal_it_is_held_and_says_what_may_be_missing(here: Installation) -> None:
    group, (joan, _) = a_list(2)
    found = send(group, joan)
    file = here.backup()
    leave(contacts_of(group)[0])
    shutil.rmtree(journal.folder())
    with clock.at(now() + HOUR):
        done = here.restore(file)
        assert "No journal here knows this backup" in done.out
        assert "All sending is held" in done.out
        assert here.work() == {}
        assert [row.state for row in deliveries(found)] == ["queued"] * 2
        assert lease.why_held(now()) is lease.Held.RESTORED
        end_read()
        said = here.run("doctor")
        assert "WRONG  sending: held" in said.out
        asked = here.run("mail", "release", "--yes")
        assert f"Mailing {found} of elm-tree goes to 2 people" in asked.out
        assert here.run("mail", "release").out.strip() == "Nothing is held. Mail goes out as ever."


# What the journal brings back


def test_a_draft_that_was_sent_after_the_backup_is_not_sent_again(here: Installation) -> None:
    group, (joan, _) = a_list(2)
    draft = a_draft(group, joan)
    file = here.backup()
    send(group, joan, mailing_id=draft)
    with clock.at(now() + HOUR):
        here.settle(here.claim(draft, group), UNCERTAIN)
        here.restore(file)
        assert session().get_one(Mailing, draft).state == "sent"
        assert sorted(queries.count_used(contacts_of(group), now()).values()) == [1, 1]


def test_what_was_taken_back_or_stopped_after_the_backup_stays_so(here: Installation) -> None:
    group, (joan, _) = a_list(2)
    held, going = send(group, joan), send(group, joan)
    file = here.backup()
    with transaction():
        actions.take_back(group, mailing_id=held, by=Who.person(joan), at=now())
    with clock.at(now() + HOUR):
        with transaction():
            actions.stop(group, mailing_id=going, by=Who.person(joan), at=now())
        here.restore(file)
        assert [session().get_one(Mailing, one).state for one in (held, going)] == ["taken_back", "stopped"]
        assert {row.state for one in (held, going) for row in deliveries(one)} == {"taken_back"}


def test_what_was_put_off_goes_back_into_the_queue(here: Installation) -> None:
    group, (joan, _) = a_list(1)
    found = send(group, joan)
    with clock.at(now() + HOUR):
        ids = here.claim(found, group)
        file = here.backup()
        here.settle(ids, temporary("451"))
        here.restore(file)
        assert [row.state for row in deliveries(found)] == ["queued"]


def test_a_second_copy_of_what_was_in_doubt_counts_too(here: Installation) -> None:
    group, (joan, _) = a_list(2, promise=4)
    share_a_mailbox(*contacts_of(group))
    found = send(group, joan)
    with clock.at(now() + HOUR):
        here.settle(here.claim(found, group), UNCERTAIN)
        file = here.backup()
        with transaction():
            row = deliveries(found)[0].id
            actions.send_again(group, mailing_id=found, delivery_id=row, by=Who.person(joan), at=now())
        here.settle(here.claim(found, group))
        here.restore(file)
        assert sorted(queries.count_used(contacts_of(group), now()).values()) == [2, 2]
        assert queries.outcomes_of(found).delivered == 2


def test_a_lowered_promise_and_an_erased_account_stay_so(here: Installation) -> None:
    group, (joan, amir) = a_list(1, promise=4)
    file = here.backup()
    with transaction():
        membership.lower_promise(group, 2, by=Who.person(joan), at=now())
        pages.erase_account(amir, by=Who.person(amir), at=now())
    done = here.restore(file)
    assert "1 promises lowered" in done.out
    assert "1 accounts erased" in done.out
    assert session().get_one(Group, group).promise == 2
    assert session().scalar(select(Contact.promise)) == 2
    assert not people.is_here(amir)


def test_who_joined_and_left_after_the_backup_is_kept_from_coming_back(here: Installation) -> None:

    group, _ = a_list(1)
    file = here.backup()
    (first,) = contacts_of(group)
    with transaction():
        row = session().get_one(Contact, first)
        new = Contact(**{c.name: getattr(row, c.name) for c in Contact.__table__.columns if c.name != "id"})
        new.mailbox = new.address = "late@example.org"
        session().add(new)
        session().flush()
        number = new.id
    leave(number)
    here.restore(file)
    ours = keys.current().mailbox_hash("late@example.org")
    assert session().scalar(select(func.count()).where(Suppression.mailbox_hash == ours)) == 1
    assert (once := _joined(group, "new@example.org")) > copying.JUMP  # far from what links of the lost days carry
    here.restore(file)
    assert once < _joined(group, "newer@example.org"), "links of the days between the two would open another's row"
    here.restore(file)


def _joined(group: int, address: str) -> int:
    """The number of what is mailed to somebody who joins."""
    from pcnppg.kernel.email_address import EmailAddress
    from pcnppg.membership.rules import Channel

    with transaction():
        membership.join(
            group, address=EmailAddress.parse(address), name=None, channel=Channel.WEB, by=VISITOR, at=now()
        )
    return session().scalar(select(func.max(OutboxMessage.id))) or 0


def test_a_service_message_that_a_worker_had_in_hand_does_not_go_again(here: Installation) -> None:
    from pcnppg.kernel.email_address import EmailAddress
    from pcnppg.membership.rules import Channel

    group, _ = a_list(1)
    with transaction():
        address = EmailAddress.parse("new@example.org")
        membership.join(group, address=address, name=None, channel=Channel.WEB, by=VISITOR, at=now())
    file = here.backup()
    assert here.work() == {"handed_over": 1}
    done = here.restore(file)
    assert "1 service messages that went already" in done.out
    assert session().scalar(select(OutboxMessage.state)) == "uncertain"


def test_a_line_that_was_cut_off_or_changed_is_left_out(here: Installation) -> None:
    group, _ = a_list(2)
    file = here.backup()
    ann, bob = contacts_of(group)
    leave(ann)
    leave(bob)
    (path,) = journal.folder().glob("*.log")
    lines = path.read_text().splitlines()
    path.write_text("\n".join([*lines[:-1], lines[-1].replace(" left ", " kept "), lines[-1][:40], "noise"]))
    here.restore(file)
    assert [session().get_one(Contact, one).state for one in (ann, bob)] == ["left", "active"]


# The file


def test_a_backup_is_for_its_owner_alone_and_writes_over_nothing(here: Installation) -> None:
    file = here.backup()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    was = file.read_bytes()
    refused = here.run("backup", str(file))
    assert (refused.status, "--overwrite" in refused.err) == (1, True)
    assert file.read_bytes() == was
    assert here.run("backup", str(file), "--overwrite").status == 0
    assert here.run("backup", str(here.folder / "nowhere" / "x")).status == 1
    assert list(here.folder.glob(".*")) == []


def test_a_database_that_is_not_empty_is_replaced_only_when_told(here: Installation) -> None:
    file = here.backup()
    assert here.run("restore", str(file)).status == 0  # there was nothing to lose
    group, _ = a_list(1)
    refused = here.run("restore", str(file))
    assert (refused.status, "--replace" in refused.err) == (1, True)
    assert contacts_of(group)
    end_read()
    here.restore(file)
    assert contacts_of(group) == []


def test_a_database_of_an_older_version_is_not_lost_either(here: Installation) -> None:
    group, _ = a_list(1)
    file = here.backup()
    with db.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM alembic_version")  # as one that was never migrated to the end
    refused = here.run("restore", str(file))
    assert (refused.status, "--replace" in refused.err) == (1, True)
    assert contacts_of(group)


def test_a_database_of_a_newer_version_is_never_written_over(here: Installation) -> None:
    file = here.backup()
    with db.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999_the_future'")
    refused = here.run("restore", str(file), "--replace")
    assert (refused.status, "newer version" in refused.err) == (1, True)


def test_a_damaged_file_is_one_clear_line_and_changes_nothing(here: Installation) -> None:
    group, _ = a_list(1)
    file = here.backup()
    whole = file.read_bytes()
    bad = here.folder / "bad"
    cases = {
        "cut short": [whole[: len(whole) // 2], whole[:-3], whole[:200] + bytes(50) + whole[250:]],
        "no backup": [b"", b"something else entirely", gzip.compress(b"no tar at all")],
    }
    for says, contents in cases.items():
        for content in contents:
            bad.write_bytes(content)
            done = here.run("restore", str(bad), "--replace")
            assert done.status == 1
            assert len(done.err.strip().splitlines()) == 1
            assert says in done.err or "damaged" in done.err or "no backup" in done.err
    assert contacts_of(group)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"format": 99}, "newer version"),
        ({"version": "9999_the_future"}, "newer version"),
        ({"dialect": "oracle"}, "another kind"),
        ({"files": {}}, "damaged"),
        ({"files": {"keys/session": "0" * 64}}, "damaged"),
    ],
)
def test_a_backup_that_does_not_fit_changes_nothing(here: Installation, change: dict[str, object], says: str) -> None:
    group, _ = a_list(1)
    file, folder = here.backup(), here.folder / "opened"
    folder.mkdir()
    with tarfile.open(file) as packed:
        packed.extractall(folder, filter="data")
        names = packed.getnames()
    manifest = json.loads((folder / "manifest.json").read_text()) | change
    (folder / "manifest.json").write_text(json.dumps(manifest))
    with tarfile.open(here.folder / "odd", "w:gz") as packed:
        for name in names:
            packed.add(folder / name, arcname=name)
    done = here.run("restore", str(here.folder / "odd"), "--replace")
    assert done.status == 1
    assert says in done.err
    assert contacts_of(group)


def test_nothing_is_put_under_a_running_worker(here: Installation) -> None:
    from pcnppg.post import actions as post

    file = here.backup()
    with transaction():
        post.start_worker("w9", at=now())
    done = here.run("restore", str(file), "--replace")
    assert (done.status, "1 worker is still running" in done.err) == (1, True)


def test_keys_come_back_with_it(here: Installation) -> None:
    file = here.backup()
    for path in (here.settings.instance / keys.FOLDER).iterdir():
        path.write_text("00" * 32)
    here.restore(file)
    assert keys.current() == here.kept_keys


def test_a_file_out_of_its_folder_is_never_written(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    manifest = {"format": 1, "made_at": "", "version": "", "dialect": "", "tables": {}, "columns": {}}
    manifest["files"] = {"../outside": "0" * 64}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    with tarfile.open(tmp_path / "evil", "w:gz") as packed:
        packed.add(tmp_path / "manifest.json", arcname="manifest.json")
        packed.add(tmp_path / "manifest.json", arcname="../outside")
    (tmp_path / "in").mkdir()
    with pytest.raises(archive.BadArchive):
        archive.unpack(tmp_path / "evil", tmp_path / "in")
    assert not outside.exists()


# The right to send


def test_a_copied_database_sends_nothing_until_it_is_released(here: Installation) -> None:
    group, (joan, _) = a_list(2)
    assert here.work() == {}
    send(group, joan)
    (here.settings.instance / "machine").unlink()  # as on another machine: the database is there, its folder is not
    (here.settings.instance / "sender").unlink()
    with clock.at(now() + HOUR):
        assert here.work() == {}
        assert lease.why_held(now()) is lease.Held.COPIED
        end_read()
        assert here.run("mail", "release", "--yes").status == 0
        assert here.work() == {"handed_over": 2}
        assert lease.why_held(now()) is None


@pytest.mark.parametrize("deed", ["database set back", "folder set back", "folder copied"])
def test_a_database_or_folder_that_was_set_back_is_held(here: Installation, deed: str) -> None:
    sender = here.settings.instance / "sender"
    for _ in range(4):
        with transaction():
            assert lease.may_send(now())
    if deed == "database set back":
        with transaction():
            session().get_one(lease.Sender, journal.machine_name()).count -= 3
    elif deed == "folder set back":
        sender.write_text("1")
    else:
        copy = sender.with_name("copy")
        shutil.copy(sender, copy)
        sender.rename(sender.with_name("kept"))
        copy.rename(sender)
    assert not lease.is_ours()
    end_read()
    with transaction():
        assert not lease.may_send(now())
        assert not lease.may_send(now())
    with transaction():
        lease.release(now())
        assert lease.may_send(now())


def test_a_crash_between_file_and_database_holds_nothing(here: Installation) -> None:
    with transaction():
        assert lease.may_send(now())

    def crash() -> None:
        with transaction():
            assert lease.may_send(now())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        crash()
    with transaction():
        assert lease.may_send(now())


def test_a_yes_holds_for_a_while_and_is_not_asked_for_each_batch(here: Installation, monkeypatch) -> None:
    from pcnppg.post.jobs.guard import Right

    asked: list[object] = []
    monkeypatch.setattr(lease, "may_send", lambda at: not asked.append(at))
    right = Right()
    assert all(right.may_send(now()) for _ in range(5))
    assert len(asked) == 1


def test_the_journal_holds_no_address_and_forgets_after_ninety_days(here: Installation) -> None:
    group, (joan, _) = a_list(2)
    found = send(group, joan)
    with clock.at(now() + HOUR):
        here.settle(here.claim(found, group))
    leave(contacts_of(group)[0])
    (path,) = journal.folder().glob("*.log")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "@" not in path.read_text()
    assert "Pat" not in path.read_text()
    with clock.at(now() + timedelta(days=91)):
        leave(contacts_of(group)[1])
        assert len(list(journal.folder().glob("*.log"))) == 1
        assert not path.exists()


def test_a_journal_that_cannot_be_written_stops_nobody_from_leaving(here: Installation) -> None:
    group, _ = a_list(1)
    folder = journal.folder()
    shutil.rmtree(folder, ignore_errors=True)
    folder.write_text("in the way")
    leave(contacts_of(group)[0])
    assert session().scalar(select(Contact.state)) == "left"
    assert session().scalar(select(func.count()).select_from(Delivery)) == 0
