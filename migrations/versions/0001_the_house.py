"""The house: directory, people, groups, membership, mailing, post and audit."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001_the_house"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_kind", sa.String(length=40), nullable=False),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("about_kind", sa.String(length=40), nullable=True),
        sa.Column("about_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("count", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "by_kind IN ('person', 'contact', 'visitor', 'operator', 'machine')",
            name=op.f("ck_audit_entry_by_kind_known"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_audit_entry_about_kind_about_id_at"), ["about_kind", "about_id", "at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_audit_entry_by_kind_by_id_at"), ["by_kind", "by_id", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_entry_group_id_at"), ["group_id", "at"], unique=False)

    op.create_table(
        "directory_edition",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("extract_on", sa.Date(), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("map_digest", sa.String(length=64), nullable=False),
        sa.Column("ages_digest", sa.String(length=64), nullable=True),
        sa.Column("practices_new", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("practices_changed", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("practices_closed", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directory_edition")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "job_run",
        sa.Column("job", sa.String(length=80), nullable=False),
        sa.Column("slot", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("job", "slot", name=op.f("pk_job_run")),
    )
    op.create_table(
        "network",
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=320), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_network")),
    )
    op.create_table(
        "outbox_message",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("mail_class", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("about_kind", sa.String(length=40), nullable=True),
        sa.Column("about_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("in_doubt", sa.Boolean(), nullable=False),
        sa.Column("attempting_by", sa.String(length=32), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.String(length=320), nullable=True),
        sa.CheckConstraint(
            "(state = 'attempting') = (attempting_by IS NOT NULL)", name=op.f("ck_outbox_message_attempting_has_worker")
        ),
        sa.CheckConstraint(
            "(state IN ('queued', 'attempting')) = (sealed IS NOT NULL)",
            name=op.f("ck_outbox_message_sealed_while_open"),
        ),
        sa.CheckConstraint(
            "(state IN ('queued', 'attempting')) = (settled_at IS NULL)",
            name=op.f("ck_outbox_message_settled_is_dated"),
        ),
        sa.CheckConstraint("mail_class IN ('service', 'office')", name=op.f("ck_outbox_message_mail_class_known")),
        sa.CheckConstraint(
            "state IN ('queued', 'attempting', 'handed_over', 'uncertain', 'refused', 'given_up', 'expired', 'withdrawn', 'left_out', 'taken_back')",
            name=op.f("ck_outbox_message_state_known"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_message")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("outbox_message", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_outbox_message_about_kind_about_id"), ["about_kind", "about_id"], unique=False
        )
        batch_op.create_index(
            "ix_outbox_message_attempting",
            ["attempting_by"],
            unique=False,
            sqlite_where=sa.text("state = 'attempting'"),
            postgresql_where=sa.text("state = 'attempting'"),
        )
        batch_op.create_index(
            "ix_outbox_message_due",
            ["due_at", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'queued'"),
            postgresql_where=sa.text("state = 'queued'"),
        )

    op.create_table(
        "person",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=320), nullable=False),
        sa.Column("address", sa.String(length=320), nullable=True),
        sa.Column("mailbox", sa.String(length=254), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("unused_told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("digest_on", sa.Date(), nullable=True),
        sa.Column("digest_told", sa.Text(), nullable=False),
        sa.Column("digest_off_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("erased_at IS NULL OR name = 'A former member'", name=op.f("ck_person_erased_is_nobody")),
        sa.CheckConstraint("(address IS NULL) = (mailbox IS NULL)", name=op.f("ck_person_address_with_mailbox")),
        sa.CheckConstraint("(erased_at IS NULL) = (mailbox IS NOT NULL)", name=op.f("ck_person_mailbox_unless_erased")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("mailbox", name=op.f("uq_person_mailbox")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "sender",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("count", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("inode", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("held_because", sa.String(length=40), nullable=True),
        sa.CheckConstraint("held_because IN ('copied', 'restored')", name=op.f("ck_sender_reason_known")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_sender")),
    )
    op.create_table(
        "sign_in_try",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_try")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("sign_in_try", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_try_key_hash_at"), ["key_hash", "at"], unique=False)

    op.create_table(
        "worker",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("carried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handed_over", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("refused", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("put_off", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("in_doubt", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("a_minute", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_worker")),
    )
    op.create_table(
        "address_change",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("address", sa.String(length=320), nullable=False),
        sa.Column("mailbox_hash", sa.String(length=64), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_address_change_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address_change")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("address_change", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_address_change_mailbox_hash_asked_at"), ["mailbox_hash", "asked_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_address_change_person_id_asked_at"), ["person_id", "asked_at"], unique=False
        )

    op.create_table(
        "practice",
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=320), nullable=False),
        sa.Column("postcode", sa.String(length=40), nullable=False),
        sa.Column("postcode_key", sa.String(length=40), nullable=False),
        sa.Column("search", sa.String(length=320), nullable=False),
        sa.Column("network_code", sa.String(length=8), nullable=True),
        sa.Column("icb_code", sa.String(length=40), nullable=False),
        sa.Column("icb_name", sa.String(length=320), nullable=False),
        sa.Column("list_size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("list_size_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.CheckConstraint("(list_size IS NULL) = (list_size_on IS NULL)", name=op.f("ck_practice_list_size_dated")),
        sa.ForeignKeyConstraint(["network_code"], ["network.code"], name=op.f("fk_practice_network_code")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_practice")),
    )
    with op.batch_alter_table("practice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_practice_network_code"), ["network_code"], unique=False)
        batch_op.create_index(batch_op.f("ix_practice_postcode_key"), ["postcode_key"], unique=False)

    op.create_table(
        "recovery_code",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code_hash", sa.String(length=200), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_recovery_code_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
        sa.UniqueConstraint("person_id", "number", name=op.f("uq_recovery_code_person_id_number")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "second_factor",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sealed_secret", sa.LargeBinary(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_step", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("next_sealed_secret", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_second_factor_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_second_factor")),
        sa.UniqueConstraint("person_id", name=op.f("uq_second_factor_person_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "sign_in_request",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("mailbox_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("link_hash", sa.String(length=64), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_sign_in_request_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_request")),
        sa.UniqueConstraint("link_hash", name=op.f("uq_sign_in_request_link_hash")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("sign_in_request", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_sign_in_request_mailbox_hash_asked_at"), ["mailbox_hash", "asked_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_sign_in_request_person_id"), ["person_id"], unique=False)

    op.create_table(
        "sign_in_session",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("device", sa.String(length=320), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("second_factor_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_because", sa.String(length=320), nullable=True),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ended_because IS NULL)", name=op.f("ck_sign_in_session_end_has_reason")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_sign_in_session_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_session")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("sign_in_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_session_person_id"), ["person_id"], unique=False)

    op.create_table(
        "patient_group",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("short_code", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=320), nullable=False),
        sa.Column("practice_code", sa.String(length=8), nullable=True),
        sa.Column("network_code", sa.String(length=8), nullable=True),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("reply_address", sa.String(length=320), nullable=False),
        sa.Column("helper_name", sa.String(length=320), nullable=False),
        sa.Column("helper_contact", sa.String(length=320), nullable=False),
        sa.Column("controller", sa.String(length=40), nullable=False),
        sa.Column("holder_name", sa.String(length=320), server_default="", nullable=False),
        sa.Column("holder_address", sa.Text(), server_default="", nullable=False),
        sa.Column("privacy_contact", sa.String(length=320), nullable=False),
        sa.Column("officer_name", sa.String(length=320), nullable=True),
        sa.Column("officer_contact", sa.String(length=320), server_default="", nullable=False),
        sa.Column("registration", sa.String(length=320), nullable=True),
        sa.Column("complaints_contact", sa.String(length=320), server_default="", nullable=False),
        sa.Column("notice_version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("promise", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("woken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("set_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(kind = 'practice' AND practice_code IS NOT NULL AND network_code IS NULL) OR (kind = 'network' AND network_code IS NOT NULL AND practice_code IS NULL)",
            name=op.f("ck_patient_group_belongs_to_one"),
        ),
        sa.CheckConstraint("controller IN ('practice', 'group')", name=op.f("ck_patient_group_controller_known")),
        sa.CheckConstraint("kind IN ('practice', 'network')", name=op.f("ck_patient_group_kind_known")),
        sa.CheckConstraint("promise BETWEEN 1 AND 12", name=op.f("ck_patient_group_promise_in_range")),
        sa.ForeignKeyConstraint(["network_code"], ["network.code"], name=op.f("fk_patient_group_network_code")),
        sa.ForeignKeyConstraint(["practice_code"], ["practice.code"], name=op.f("fk_patient_group_practice_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patient_group")),
        sa.UniqueConstraint("short_code", name=op.f("uq_patient_group_short_code")),
        sa.UniqueConstraint("slug", name=op.f("uq_patient_group_slug")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("patient_group", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_patient_group_network_code"), ["network_code"], unique=False)
        batch_op.create_index(
            "uq_patient_group_practice_code",
            ["practice_code"],
            unique=True,
            sqlite_where=sa.text("practice_code IS NOT NULL"),
            postgresql_where=sa.text("practice_code IS NOT NULL"),
        )

    op.create_table(
        "agreement",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("network_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contributes", sa.Text(), nullable=False),
        sa.Column("gains", sa.Text(), nullable=False),
        sa.Column("shares", sa.Text(), nullable=False),
        sa.Column("decides", sa.Text(), nullable=False),
        sa.Column("leaving", sa.Text(), nullable=False),
        sa.Column("delegates", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("substitutes", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("term_months", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("purpose_groups", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["network_id"], ["patient_group.id"], name=op.f("fk_agreement_network_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement")),
        sa.UniqueConstraint("network_id", "version", name=op.f("uq_agreement_network_id_version")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "belonging",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("network_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("invited_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_because", sa.String(length=40), nullable=True),
        sa.Column("asleep_since", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "ended_because IN ('declined', 'taken_back', 'left')", name=op.f("ck_belonging_ended_because_known")
        ),
        sa.CheckConstraint("(accepted_at IS NULL) = (version IS NULL)", name=op.f("ck_belonging_accepted_a_version")),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_because IS NULL)", name=op.f("ck_belonging_end_has_reason")),
        sa.CheckConstraint("asleep_since IS NULL OR accepted_at IS NOT NULL", name=op.f("ck_belonging_asleep_inside")),
        sa.ForeignKeyConstraint(["group_id"], ["patient_group.id"], name=op.f("fk_belonging_group_id")),
        sa.ForeignKeyConstraint(["network_id"], ["patient_group.id"], name=op.f("fk_belonging_network_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_belonging")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("belonging", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_belonging_group_id"), ["group_id"], unique=False)
        batch_op.create_index(
            "uq_belonging_in_one_network",
            ["group_id"],
            unique=True,
            sqlite_where=sa.text("accepted_at IS NOT NULL AND ended_at IS NULL"),
            postgresql_where=sa.text("accepted_at IS NOT NULL AND ended_at IS NULL"),
        )
        batch_op.create_index(
            "uq_belonging_now",
            ["network_id", "group_id"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "decision",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("network_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("question", sa.String(length=320), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("elects", sa.String(length=40), nullable=True),
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("counting", sa.String(length=40), nullable=False),
        sa.Column("quorum", sa.String(length=40), nullable=False),
        sa.Column("on_tie", sa.String(length=40), nullable=False),
        sa.Column("is_secret", sa.Boolean(), nullable=False),
        sa.Column("needs_view", sa.Boolean(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("NOT is_secret OR counting <> 'both'", name=op.f("ck_decision_secret_counts_one_way")),
        sa.CheckConstraint("counting IN ('groups', 'delegates', 'both')", name=op.f("ck_decision_counting_known")),
        sa.CheckConstraint(
            "elects IN ('chair', 'vice_chair', 'secretary', 'member', 'delegate', 'practice_manager', 'gp', 'practice_staff')",
            name=op.f("ck_decision_elects_known"),
        ),
        sa.CheckConstraint("on_tie IN ('falls', 'first')", name=op.f("ck_decision_on_tie_known")),
        sa.CheckConstraint(
            "quorum IN ('none', 'third', 'half', 'two_thirds', 'all')", name=op.f("ck_decision_quorum_known")
        ),
        sa.CheckConstraint(
            "rule IN ('simple', 'two_thirds', 'unanimous', 'consent')", name=op.f("ck_decision_rule_known")
        ),
        sa.ForeignKeyConstraint(["network_id"], ["patient_group.id"], name=op.f("fk_decision_network_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_decision_network_id_opened_at"), ["network_id", "opened_at"], unique=False)

    op.create_table(
        "help_post",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("network_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("about", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=320), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "about IN ('mentor', 'template', 'speaker', 'hands', 'other')", name=op.f("ck_help_post_about_known")
        ),
        sa.CheckConstraint("kind IN ('request', 'offer')", name=op.f("ck_help_post_kind_known")),
        sa.ForeignKeyConstraint(["group_id"], ["patient_group.id"], name=op.f("fk_help_post_group_id")),
        sa.ForeignKeyConstraint(["network_id"], ["patient_group.id"], name=op.f("fk_help_post_network_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_post")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("help_post", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_help_post_group_id"), ["group_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_help_post_network_id_posted_at"), ["network_id", "posted_at"], unique=False
        )

    op.create_table(
        "library_text",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("network_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=320), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_from", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("taken_version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('terms', 'poster', 'survey', 'other')", name=op.f("ck_library_text_kind_known")),
        sa.CheckConstraint(
            "(taken_from IS NULL) = (taken_version IS NULL)", name=op.f("ck_library_text_taken_in_a_version")
        ),
        sa.CheckConstraint("network_id IS NULL OR taken_from IS NULL", name=op.f("ck_library_text_shared_or_a_copy")),
        sa.ForeignKeyConstraint(["group_id"], ["patient_group.id"], name=op.f("fk_library_text_group_id")),
        sa.ForeignKeyConstraint(["network_id"], ["patient_group.id"], name=op.f("fk_library_text_network_id")),
        sa.ForeignKeyConstraint(["taken_from"], ["library_text.id"], name=op.f("fk_library_text_taken_from")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_library_text")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("library_text", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_library_text_group_id"), ["group_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_library_text_network_id"), ["network_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_library_text_taken_from"), ["taken_from"], unique=False)

    op.create_table(
        "list_export",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("by_person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("people", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("delete_by", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["patient_group.id"], name=op.f("fk_list_export_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_export")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("list_export", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_list_export_group_id_at"), ["group_id", "at"], unique=False)

    op.create_table(
        "mailing",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=40), server_default="mailing", nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=320), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("begun_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("scheduled_for", sa.DateTime(timezone=True), nullable=True),
        sa.Column("scheduled_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("fingerprint", sa.String(length=64), nullable=True),
        sa.Column("first_handed_over_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("counts", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(state IN ('draft', 'scheduled', 'discarded')) = (sent_at IS NULL)", name=op.f("ck_mailing_sent_is_dated")
        ),
        sa.CheckConstraint("kind IN ('mailing', 'raise', 'network')", name=op.f("ck_mailing_kind_known")),
        sa.CheckConstraint(
            "state <> 'scheduled' OR scheduled_for IS NOT NULL", name=op.f("ck_mailing_scheduled_is_dated")
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'scheduled', 'held', 'going', 'sent', 'taken_back', 'stopped', 'discarded')",
            name=op.f("ck_mailing_state_known"),
        ),
        sa.CheckConstraint(
            "(scheduled_for IS NULL) = (scheduled_by IS NULL)", name=op.f("ck_mailing_scheduled_by_somebody")
        ),
        sa.CheckConstraint("(sent_at IS NULL) = (held_until IS NULL)", name=op.f("ck_mailing_held_when_sent")),
        sa.CheckConstraint("(sent_at IS NULL) = (sent_by IS NULL)", name=op.f("ck_mailing_sent_by_somebody")),
        sa.ForeignKeyConstraint(["begun_by"], ["person.id"], name=op.f("fk_mailing_begun_by")),
        sa.ForeignKeyConstraint(["edited_by"], ["person.id"], name=op.f("fk_mailing_edited_by")),
        sa.ForeignKeyConstraint(["group_id"], ["patient_group.id"], name=op.f("fk_mailing_group_id")),
        sa.ForeignKeyConstraint(["scheduled_by"], ["person.id"], name=op.f("fk_mailing_scheduled_by")),
        sa.ForeignKeyConstraint(["sent_by"], ["person.id"], name=op.f("fk_mailing_sent_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailing")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("mailing", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mailing_begun_by"), ["begun_by"], unique=False)
        batch_op.create_index(
            "ix_mailing_due",
            ["held_until"],
            unique=False,
            sqlite_where=sa.text("state IN ('held', 'going')"),
            postgresql_where=sa.text("state IN ('held', 'going')"),
        )
        batch_op.create_index(batch_op.f("ix_mailing_edited_by"), ["edited_by"], unique=False)
        batch_op.create_index(batch_op.f("ix_mailing_group_id_state"), ["group_id", "state"], unique=False)
        batch_op.create_index(
            "ix_mailing_scheduled",
            ["scheduled_for"],
            unique=False,
            sqlite_where=sa.text("state = 'scheduled'"),
            postgresql_where=sa.text("state = 'scheduled'"),
        )
        batch_op.create_index(batch_op.f("ix_mailing_scheduled_by"), ["scheduled_by"], unique=False)
        batch_op.create_index(batch_op.f("ix_mailing_sent_by"), ["sent_by"], unique=False)

    op.create_table(
        "meeting",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.String(length=320), nullable=False),
        sa.Column("link", sa.String(length=320), nullable=False),
        sa.Column("access", sa.Text(), nullable=False),
        sa.Column("speaker", sa.String(length=320), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("items_close_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("agenda_due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("needs_purpose", sa.Boolean(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=True),
        sa.Column("purpose_agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sequence", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_why", sa.Text(), nullable=True),
        sa.Column("agenda_version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("agenda_changed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_quorate", sa.Boolean(), nullable=True),
        sa.Column("quorum_present", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("quorum_needed", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("quorum_words", sa.String(length=320), nullable=True),
        sa.Column("quorum_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('ordinary', 'agm', 'special', 'open_event')", name=op.f("ck_meeting_kind_known")),
        sa.CheckConstraint("(is_quorate IS NULL) = (quorum_at IS NULL)", name=op.f("ck_meeting_quorum_is_stamped")),
        sa.CheckConstraint(
            "NOT needs_purpose OR settled_at IS NULL OR purpose_agreed_at IS NOT NULL",
            name=op.f("ck_meeting_purpose_before_agenda"),
        ),
        sa.CheckConstraint(
            "cancelled_at IS NULL OR cancelled_why IS NOT NULL", name=op.f("ck_meeting_cancelled_says_why")
        ),
        sa.CheckConstraint("ended_at IS NULL OR began_at IS NOT NULL", name=op.f("ck_meeting_began_before_it_ended")),
        sa.CheckConstraint(
            "items_close_at <= agenda_due_at AND agenda_due_at <= starts_at", name=op.f("ck_meeting_dates_follow")
        ),
        sa.CheckConstraint(
            "purpose_agreed_at IS NULL OR purpose IS NOT NULL", name=op.f("ck_meeting_agreed_to_something")
        ),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_meeting_starts_before_it_ends")),
        sa.ForeignKeyConstraint(["group_id"], ["patient_group.id"], name=op.f("fk_meeting_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("meeting", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_meeting_group_id_starts_at_id"), ["group_id", "starts_at", "id"], unique=False
        )

    op.create_table(
        "meeting_settings",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("items_close_days", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("agenda_days", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("agm_items_close_days", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("agm_agenda_days", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("usual_minutes", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("usual_place", sa.String(length=320), nullable=False),
        sa.Column("usual_access", sa.Text(), nullable=False),
        sa.Column("quorum_kind", sa.String(length=40), nullable=False),
        sa.Column("quorum_number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("quorum_share", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("quorum_patients_only", sa.Boolean(), nullable=False),
        sa.Column("quorum_needs_officer", sa.Boolean(), nullable=False),
        sa.Column("rotas", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("quorum_kind IN ('number', 'share')", name=op.f("ck_meeting_settings_quorum_kind_known")),
        sa.CheckConstraint(
            "agm_items_close_days >= agm_agenda_days AND agm_agenda_days >= 0",
            name=op.f("ck_meeting_settings_agm_days_follow"),
        ),
        sa.CheckConstraint(
            "items_close_days >= agenda_days AND agenda_days >= 0", name=op.f("ck_meeting_settings_days_follow")
        ),
        sa.CheckConstraint("quorum_number >= 1", name=op.f("ck_meeting_settings_quorum_of_somebody")),
        sa.CheckConstraint("quorum_share BETWEEN 1 AND 100", name=op.f("ck_meeting_settings_share_of_a_hundred")),
        sa.ForeignKeyConstraint(["group_id"], ["patient_group.id"], name=op.f("fk_meeting_settings_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_settings")),
        sa.UniqueConstraint("group_id", name=op.f("uq_meeting_settings_group_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "network_mailing",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("network_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("subject", sa.String(length=320), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sending_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sending_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("repeats", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), server_default="0", nullable=False),
        sa.CheckConstraint(
            "sent_at IS NULL OR sending_at IS NOT NULL", name=op.f("ck_network_mailing_sent_after_begun")
        ),
        sa.CheckConstraint(
            "withdrawn_at IS NULL OR sending_at IS NULL", name=op.f("ck_network_mailing_withdrawn_before_sent")
        ),
        sa.ForeignKeyConstraint(["network_id"], ["patient_group.id"], name=op.f("fk_network_mailing_network_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_network_mailing")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("network_mailing", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_network_mailing_network_id_offered_at"), ["network_id", "offered_at"], unique=False
        )

    op.create_table(
        "posted_update",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("side", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=320), nullable=False),
        sa.Column("parts", sa.Text(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("posted_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "kind IN ('news', 'access', 'staff', 'role', 'premises', 'said-did')",
            name=op.f("ck_posted_update_kind_known"),
        ),
        sa.CheckConstraint("side IN ('practice', 'group')", name=op.f("ck_posted_update_side_known")),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name=op.f("ck_posted_update_withdrawn_by_somebody")
        ),
        sa.CheckConstraint("review_on <= ends_on", name=op.f("ck_posted_update_reviewed_before_its_end")),
        sa.ForeignKeyConstraint(["group_id"], ["patient_group.id"], name=op.f("fk_posted_update_group_id")),
        sa.ForeignKeyConstraint(["posted_by"], ["person.id"], name=op.f("fk_posted_update_posted_by")),
        sa.ForeignKeyConstraint(["withdrawn_by"], ["person.id"], name=op.f("fk_posted_update_withdrawn_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posted_update")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("posted_update", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_posted_update_group_id_ends_on"), ["group_id", "ends_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_posted_update_posted_by"), ["posted_by"], unique=False)
        batch_op.create_index(batch_op.f("ix_posted_update_withdrawn_by"), ["withdrawn_by"], unique=False)

    op.create_table(
        "press_count",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("network_hash", sa.String(length=64), nullable=False),
        sa.Column("minute", sa.DateTime(timezone=True), nullable=False),
        sa.Column("presses", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("by_program", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("what IN ('left', 'joined')", name=op.f("ck_press_count_what_known")),
        sa.ForeignKeyConstraint(["group_id"], ["patient_group.id"], name=op.f("fk_press_count_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_press_count")),
        sa.UniqueConstraint(
            "group_id", "what", "network_hash", "minute", name=op.f("uq_press_count_group_id_what_network_hash_minute")
        ),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("press_count", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_press_count_minute"), ["minute"], unique=False)

    op.create_table(
        "privacy_notice",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("by_person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["group_id"], ["patient_group.id"], name=op.f("fk_privacy_notice_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_privacy_notice")),
        sa.UniqueConstraint("group_id", "version", name=op.f("uq_privacy_notice_group_id_version")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "promise_change",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("promise", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("promise BETWEEN 1 AND 12", name=op.f("ck_promise_change_promise_in_range")),
        sa.ForeignKeyConstraint(["group_id"], ["patient_group.id"], name=op.f("fk_promise_change_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promise_change")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("promise_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_promise_change_group_id_at"), ["group_id", "at"], unique=False)

    op.create_table(
        "role_held",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("term_ends_on", sa.Date(), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_because", sa.String(length=40), nullable=True),
        sa.Column("ended_words", sa.String(length=320), nullable=True),
        sa.CheckConstraint(
            "ended_because IN ('own_wish', 'term_over', 'moved', 'other', 'handed_over', 'erased')",
            name=op.f("ck_role_held_ended_because_known"),
        ),
        sa.CheckConstraint(
            "role IN ('chair', 'vice_chair', 'secretary', 'member', 'delegate', 'practice_manager', 'gp', 'practice_staff')",
            name=op.f("ck_role_held_role_known"),
        ),
        sa.CheckConstraint("(until IS NULL) = (ended_because IS NULL)", name=op.f("ck_role_held_end_has_reason")),
        sa.CheckConstraint("ended_words IS NULL OR until IS NOT NULL", name=op.f("ck_role_held_words_are_of_the_end")),
        sa.ForeignKeyConstraint(["group_id"], ["patient_group.id"], name=op.f("fk_role_held_group_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_role_held_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_held")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("role_held", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_role_held_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            "uq_role_held_now",
            ["group_id", "person_id", "role"],
            unique=True,
            sqlite_where=sa.text("until IS NULL"),
            postgresql_where=sa.text("until IS NULL"),
        )

    op.create_table(
        "second_factor_reset",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("asked_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_second_factor_reset_asked_by")),
        sa.ForeignKeyConstraint(["group_id"], ["patient_group.id"], name=op.f("fk_second_factor_reset_group_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_second_factor_reset_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_second_factor_reset")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("second_factor_reset", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_second_factor_reset_asked_by"), ["asked_by"], unique=False)
        batch_op.create_index(batch_op.f("ix_second_factor_reset_group_id"), ["group_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_second_factor_reset_person_id"), ["person_id"], unique=False)

    op.create_table(
        "shared_notice",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("network_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=320), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('notice', 'event')", name=op.f("ck_shared_notice_kind_known")),
        sa.ForeignKeyConstraint(["network_id"], ["patient_group.id"], name=op.f("fk_shared_notice_network_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shared_notice")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("shared_notice", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_shared_notice_network_id_offered_at"), ["network_id", "offered_at"], unique=False
        )

    op.create_table(
        "standing_item",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("place", sa.String(length=40), nullable=False),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("minutes", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("lead", sa.String(length=320), nullable=False),
        sa.CheckConstraint("place IN ('opening', 'closing')", name=op.f("ck_standing_item_place_known")),
        sa.CheckConstraint("purpose IN ('decide', 'discuss', 'inform')", name=op.f("ck_standing_item_purpose_known")),
        sa.CheckConstraint("minutes >= 0", name=op.f("ck_standing_item_minutes_forwards")),
        sa.ForeignKeyConstraint(["group_id"], ["patient_group.id"], name=op.f("fk_standing_item_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standing_item")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("standing_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_standing_item_group_id_position"), ["group_id", "position"], unique=False)

    op.create_table(
        "storm",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("presses", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("by_program", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("usual", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("what IN ('left', 'joined')", name=op.f("ck_storm_what_known")),
        sa.CheckConstraint("(seen_at IS NULL) = (seen_by IS NULL)", name=op.f("ck_storm_seen_by_somebody")),
        sa.CheckConstraint("by_program <= presses", name=op.f("ck_storm_program_among_presses")),
        sa.ForeignKeyConstraint(["group_id"], ["patient_group.id"], name=op.f("fk_storm_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storm")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("storm", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_storm_group_id_last_at"), ["group_id", "last_at"], unique=False)

    op.create_table(
        "taken_mail",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "what IN ('hard', 'soft', 'delayed', 'notice', 'complaint', 'unsubscribe', 'auto_reply', 'challenge', 'reply', 'nothing')",
            name=op.f("ck_taken_mail_what_known"),
        ),
        sa.ForeignKeyConstraint(["group_id"], ["patient_group.id"], name=op.f("fk_taken_mail_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_taken_mail")),
        sa.UniqueConstraint("digest", name=op.f("uq_taken_mail_digest")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("taken_mail", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_taken_mail_group_id"), ["group_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_taken_mail_taken_at"), ["taken_at"], unique=False)

    op.create_table(
        "thanks",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("to_whom", sa.String(length=40), nullable=False),
        sa.Column("side", sa.String(length=40), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("said_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("side IN ('practice', 'group')", name=op.f("ck_thanks_side_known")),
        sa.CheckConstraint(
            "to_whom IN ('group', 'chair', 'vice_chair', 'secretary', 'members')", name=op.f("ck_thanks_to_whom_known")
        ),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name=op.f("ck_thanks_withdrawn_by_somebody")
        ),
        sa.ForeignKeyConstraint(["group_id"], ["patient_group.id"], name=op.f("fk_thanks_group_id")),
        sa.ForeignKeyConstraint(["said_by"], ["person.id"], name=op.f("fk_thanks_said_by")),
        sa.ForeignKeyConstraint(["withdrawn_by"], ["person.id"], name=op.f("fk_thanks_withdrawn_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thanks")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("thanks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_thanks_group_id_said_at"), ["group_id", "said_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_thanks_said_by"), ["said_by"], unique=False)
        batch_op.create_index(batch_op.f("ix_thanks_withdrawn_by"), ["withdrawn_by"], unique=False)

    op.create_table(
        "wording",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("promise", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("first_used_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["patient_group.id"], name=op.f("fk_wording_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wording")),
        sa.UniqueConstraint("group_id", "digest", name=op.f("uq_wording_group_id_digest")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "agenda_revision",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("meeting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("lines", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["group_id"], ["patient_group.id"], name=op.f("fk_agenda_revision_group_id")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_agenda_revision_meeting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agenda_revision")),
        sa.UniqueConstraint("meeting_id", "number", name=op.f("uq_agenda_revision_meeting_id_number")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("agenda_revision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_agenda_revision_group_id"), ["group_id"], unique=False)

    op.create_table(
        "agreement_acceptance",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("belonging_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["belonging_id"], ["belonging.id"], name=op.f("fk_agreement_acceptance_belonging_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_acceptance")),
        sa.UniqueConstraint("belonging_id", "version", name=op.f("uq_agreement_acceptance_belonging_id_version")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "attendance",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("meeting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("guest_name", sa.String(length=320), nullable=True),
        sa.Column("side", sa.String(length=40), nullable=False),
        sa.Column("as_role", sa.String(length=40), nullable=True),
        sa.Column("said", sa.String(length=40), nullable=True),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("here", sa.String(length=40), nullable=True),
        sa.Column("here_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_named", sa.Boolean(), nullable=False),
        sa.Column("spoken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("by_person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint(
            "as_role IN ('chair', 'vice_chair', 'secretary', 'member', 'delegate', 'practice_manager', 'gp', 'practice_staff')",
            name=op.f("ck_attendance_as_role_known"),
        ),
        sa.CheckConstraint("here IN ('present', 'absent')", name=op.f("ck_attendance_here_known")),
        sa.CheckConstraint("said IN ('coming', 'apologies')", name=op.f("ck_attendance_said_known")),
        sa.CheckConstraint("side IN ('patients', 'practice', 'guest')", name=op.f("ck_attendance_side_known")),
        sa.CheckConstraint("(here IS NULL) = (here_at IS NULL)", name=op.f("ck_attendance_here_is_dated")),
        sa.CheckConstraint("(said IS NULL) = (said_at IS NULL)", name=op.f("ck_attendance_said_is_dated")),
        sa.CheckConstraint("person_id IS NULL OR guest_name IS NULL", name=op.f("ck_attendance_member_or_guest")),
        sa.ForeignKeyConstraint(["group_id"], ["patient_group.id"], name=op.f("fk_attendance_group_id")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_attendance_meeting_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_attendance_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("attendance", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attendance_group_id"), ["group_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_attendance_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            "uq_attendance_person",
            ["meeting_id", "person_id"],
            unique=True,
            sqlite_where=sa.text("person_id IS NOT NULL"),
            postgresql_where=sa.text("person_id IS NOT NULL"),
        )

    op.create_table(
        "contact",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("reached_by", sa.String(length=40), server_default="email", nullable=False),
        sa.Column("name", sa.String(length=320), nullable=True),
        sa.Column("name_key", sa.String(length=100), server_default="", nullable=False),
        sa.Column("address", sa.String(length=320), nullable=True),
        sa.Column("mailbox", sa.String(length=254), nullable=True),
        sa.Column("postal_address", sa.Text(), nullable=True),
        sa.Column("phone", sa.String(length=320), nullable=True),
        sa.Column("search", sa.String(length=360), nullable=True),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("promise", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wording_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("network_news_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopped_because", sa.String(length=40), nullable=True),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_how", sa.String(length=40), nullable=True),
        sa.CheckConstraint("(state = 'erased') = (search IS NULL)", name=op.f("ck_contact_search_unless_erased")),
        sa.CheckConstraint(
            "(state IN ('active', 'unverified')) = (left_at IS NULL)", name=op.f("ck_contact_left_is_dated")
        ),
        sa.CheckConstraint(
            "channel IN ('web', 'poster', 'paper', 'desk', 'phone', 'list', 'card', 'letter', 'pack')",
            name=op.f("ck_contact_channel_known"),
        ),
        sa.CheckConstraint("network_news_at IS NULL OR state = 'active'", name=op.f("ck_contact_network_news_on_list")),
        sa.CheckConstraint("reached_by IN ('email', 'post', 'phone')", name=op.f("ck_contact_reached_by_known")),
        sa.CheckConstraint(
            "state <> 'erased' OR (mailbox IS NULL AND name IS NULL AND name_key = '' AND search IS NULL AND postal_address IS NULL AND phone IS NULL)",
            name=op.f("ck_contact_erased_is_nobody"),
        ),
        sa.CheckConstraint(
            "state = 'erased' OR (reached_by = 'email') = (mailbox IS NOT NULL)",
            name=op.f("ck_contact_mailbox_where_reached_by_email"),
        ),
        sa.CheckConstraint(
            "state = 'erased' OR reached_by <> 'phone' OR phone IS NOT NULL", name=op.f("ck_contact_phone_has_number")
        ),
        sa.CheckConstraint(
            "state = 'erased' OR reached_by <> 'post' OR postal_address IS NOT NULL",
            name=op.f("ck_contact_post_has_address"),
        ),
        sa.CheckConstraint("state IN ('active', 'unverified', 'left', 'erased')", name=op.f("ck_contact_state_known")),
        sa.CheckConstraint("stopped_because IN ('hard', 'soft')", name=op.f("ck_contact_stopped_because_known")),
        sa.CheckConstraint("(left_at IS NULL) = (left_how IS NULL)", name=op.f("ck_contact_left_has_how")),
        sa.CheckConstraint("(mailbox IS NULL) = (address IS NULL)", name=op.f("ck_contact_address_with_mailbox")),
        sa.CheckConstraint(
            "(stopped_at IS NULL) = (stopped_because IS NULL)", name=op.f("ck_contact_stopped_has_reason")
        ),
        sa.CheckConstraint("promise BETWEEN 1 AND 12", name=op.f("ck_contact_promise_in_range")),
        sa.ForeignKeyConstraint(["group_id"], ["patient_group.id"], name=op.f("fk_contact_group_id")),
        sa.ForeignKeyConstraint(["wording_id"], ["wording.id"], name=op.f("fk_contact_wording_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.create_index(
            "ix_contact_agreed",
            ["group_id", "state", "wording_id", "agreed_at"],
            unique=False,
            sqlite_where=sa.text("mailbox IS NOT NULL"),
            postgresql_where=sa.text("mailbox IS NOT NULL"),
        )
        batch_op.create_index("ix_contact_counted", ["group_id", "state"], unique=False)
        batch_op.create_index("ix_contact_listed", ["group_id", "state", "joined_at", "id", "search"], unique=False)
        batch_op.create_index("ix_contact_mailbox", ["mailbox", "group_id", "state"], unique=False)
        batch_op.create_index(
            "ix_contact_paused",
            ["group_id", "paused_until"],
            unique=False,
            sqlite_where=sa.text("paused_until IS NOT NULL"),
            postgresql_where=sa.text("paused_until IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_contact_stopped",
            ["group_id", "stopped_at"],
            unique=False,
            sqlite_where=sa.text("stopped_at IS NOT NULL"),
            postgresql_where=sa.text("stopped_at IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_contact_without_email",
            ["group_id", "state", "joined_at", "id"],
            unique=False,
            sqlite_where=sa.text("reached_by <> 'email'"),
            postgresql_where=sa.text("reached_by <> 'email'"),
        )
        batch_op.create_index(batch_op.f("ix_contact_wording_id"), ["wording_id"], unique=False)
        batch_op.create_index(
            "uq_contact_here_mailbox",
            ["group_id", "mailbox", "name_key"],
            unique=True,
            sqlite_where=sa.text("state IN ('active', 'unverified')"),
            postgresql_where=sa.text("state IN ('active', 'unverified')"),
        )

    op.create_table(
        "decision_draft",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("network_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("question", sa.String(length=320), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("options", sa.Text(), nullable=False),
        sa.Column("elects", sa.String(length=40), nullable=True),
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("counting", sa.String(length=40), nullable=False),
        sa.Column("quorum", sa.String(length=40), nullable=False),
        sa.Column("on_tie", sa.String(length=40), nullable=False),
        sa.Column("is_secret", sa.Boolean(), nullable=False),
        sa.Column("needs_view", sa.Boolean(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("written_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("discarded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "counting IN ('groups', 'delegates', 'both')", name=op.f("ck_decision_draft_counting_known")
        ),
        sa.CheckConstraint(
            "elects IN ('chair', 'vice_chair', 'secretary', 'member', 'delegate', 'practice_manager', 'gp', 'practice_staff')",
            name=op.f("ck_decision_draft_elects_known"),
        ),
        sa.CheckConstraint("on_tie IN ('falls', 'first')", name=op.f("ck_decision_draft_on_tie_known")),
        sa.CheckConstraint(
            "quorum IN ('none', 'third', 'half', 'two_thirds', 'all')", name=op.f("ck_decision_draft_quorum_known")
        ),
        sa.CheckConstraint(
            "rule IN ('simple', 'two_thirds', 'unanimous', 'consent')", name=op.f("ck_decision_draft_rule_known")
        ),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_decision_draft_decision_id")),
        sa.ForeignKeyConstraint(["network_id"], ["patient_group.id"], name=op.f("fk_decision_draft_network_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision_draft")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("decision_draft", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_decision_draft_decision_id"), ["decision_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_decision_draft_network_id"), ["network_id"], unique=False)

    op.create_table(
        "delegate",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("held_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("network_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("is_substitute", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["patient_group.id"], name=op.f("fk_delegate_group_id")),
        sa.ForeignKeyConstraint(["held_id"], ["role_held.id"], name=op.f("fk_delegate_held_id")),
        sa.ForeignKeyConstraint(["network_id"], ["patient_group.id"], name=op.f("fk_delegate_network_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegate")),
        sa.UniqueConstraint("held_id", name=op.f("uq_delegate_held_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("delegate", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_delegate_group_id"), ["group_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_delegate_network_id_group_id"), ["network_id", "group_id"], unique=False)

    op.create_table(
        "evidence",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=True),
        sa.Column("given_at", sa.String(length=320), nullable=True),
        sa.Column("taken_by", sa.String(length=320), nullable=True),
        sa.Column("asked_by", sa.String(length=320), nullable=True),
        sa.Column("kept_at", sa.String(length=320), nullable=True),
        sa.Column("wording_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("kind IN ('paper', 'desk', 'phone', 'list', 'asked')", name=op.f("ck_evidence_kind_known")),
        sa.ForeignKeyConstraint(["group_id"], ["patient_group.id"], name=op.f("fk_evidence_group_id")),
        sa.ForeignKeyConstraint(["wording_id"], ["wording.id"], name=op.f("fk_evidence_wording_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_evidence_group_id"), ["group_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_evidence_wording_id"), ["wording_id"], unique=False)

    op.create_table(
        "help_answer",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("post_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["patient_group.id"], name=op.f("fk_help_answer_group_id")),
        sa.ForeignKeyConstraint(["post_id"], ["help_post.id"], name=op.f("fk_help_answer_post_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_answer")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("help_answer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_help_answer_group_id"), ["group_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_help_answer_post_id"), ["post_id"], unique=False)

    op.create_table(
        "home_view",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("decision_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_home_view_decision_id")),
        sa.ForeignKeyConstraint(["group_id"], ["patient_group.id"], name=op.f("fk_home_view_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_home_view")),
        sa.UniqueConstraint("decision_id", "group_id", name=op.f("uq_home_view_decision_id_group_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("home_view", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_home_view_group_id"), ["group_id"], unique=False)

    op.create_table(
        "invitation",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("address", sa.String(length=320), nullable=True),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("invited_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("term_ends_on", sa.Date(), nullable=True),
        sa.Column("hands_over", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("stays", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "role IN ('chair', 'vice_chair', 'secretary', 'member', 'delegate', 'practice_manager', 'gp', 'practice_staff')",
            name=op.f("ck_invitation_role_known"),
        ),
        sa.CheckConstraint(
            "(accepted_at IS NULL) = (accepted_by IS NULL)", name=op.f("ck_invitation_accepted_by_somebody")
        ),
        sa.ForeignKeyConstraint(["accepted_by"], ["person.id"], name=op.f("fk_invitation_accepted_by")),
        sa.ForeignKeyConstraint(["group_id"], ["patient_group.id"], name=op.f("fk_invitation_group_id")),
        sa.ForeignKeyConstraint(["hands_over"], ["role_held.id"], name=op.f("fk_invitation_hands_over")),
        sa.ForeignKeyConstraint(["invited_by"], ["person.id"], name=op.f("fk_invitation_invited_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitation_token_hash")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invitation_accepted_by"), ["accepted_by"], unique=False)
        batch_op.create_index(batch_op.f("ix_invitation_group_id"), ["group_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_invitation_hands_over"), ["hands_over"], unique=False)
        batch_op.create_index(batch_op.f("ix_invitation_invited_by"), ["invited_by"], unique=False)

    op.create_table(
        "library_version",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("text_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("title", sa.String(length=320), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["text_id"], ["library_text.id"], name=op.f("fk_library_version_text_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_library_version")),
        sa.UniqueConstraint("text_id", "version", name=op.f("uq_library_version_text_id_version")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "minutes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("meeting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("public_words", sa.Text(), nullable=True),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("circulated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_at_meeting", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'published') = (published_at IS NOT NULL)", name=op.f("ck_minutes_published_is_dated")
        ),
        sa.CheckConstraint(
            "(state IN ('accepted', 'published')) = (accepted_at IS NOT NULL)",
            name=op.f("ck_minutes_accepted_is_dated"),
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'circulated', 'accepted', 'published')", name=op.f("ck_minutes_state_known")
        ),
        sa.ForeignKeyConstraint(["accepted_at_meeting"], ["meeting.id"], name=op.f("fk_minutes_accepted_at_meeting")),
        sa.ForeignKeyConstraint(["group_id"], ["patient_group.id"], name=op.f("fk_minutes_group_id")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_minutes_meeting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_minutes")),
        sa.UniqueConstraint("meeting_id", name=op.f("uq_minutes_meeting_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("minutes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_minutes_accepted_at_meeting"), ["accepted_at_meeting"], unique=False)
        batch_op.create_index(batch_op.f("ix_minutes_group_id_state"), ["group_id", "state"], unique=False)

    op.create_table(
        "network_mailing_answer",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("network_mailing_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("is_taken", sa.Boolean(), nullable=False),
        sa.Column("subject", sa.String(length=320), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mailing_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["group_id"], ["patient_group.id"], name=op.f("fk_network_mailing_answer_group_id")),
        sa.ForeignKeyConstraint(["mailing_id"], ["mailing.id"], name=op.f("fk_network_mailing_answer_mailing_id")),
        sa.ForeignKeyConstraint(
            ["network_mailing_id"], ["network_mailing.id"], name=op.f("fk_network_mailing_answer_network_mailing_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_network_mailing_answer")),
        sa.UniqueConstraint(
            "network_mailing_id", "group_id", name=op.f("uq_network_mailing_answer_network_mailing_id_group_id")
        ),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("network_mailing_answer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_network_mailing_answer_group_id"), ["group_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_network_mailing_answer_mailing_id"), ["mailing_id"], unique=False)

    op.create_table(
        "notice_answer",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("notice_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("is_taken", sa.Boolean(), nullable=False),
        sa.Column("update_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("is_taken OR update_id IS NULL", name=op.f("ck_notice_answer_taken_to_be_told")),
        sa.ForeignKeyConstraint(["group_id"], ["patient_group.id"], name=op.f("fk_notice_answer_group_id")),
        sa.ForeignKeyConstraint(["notice_id"], ["shared_notice.id"], name=op.f("fk_notice_answer_notice_id")),
        sa.ForeignKeyConstraint(
            ["update_id"], ["posted_update.id"], name=op.f("fk_notice_answer_update_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_answer")),
        sa.UniqueConstraint("notice_id", "group_id", name=op.f("uq_notice_answer_notice_id_group_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("notice_answer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notice_answer_group_id"), ["group_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_notice_answer_update_id"), ["update_id"], unique=False)

    op.create_table(
        "purpose_draft",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("network_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("meeting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_purpose_draft_meeting_id")),
        sa.ForeignKeyConstraint(["network_id"], ["patient_group.id"], name=op.f("fk_purpose_draft_network_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purpose_draft")),
        sa.UniqueConstraint("meeting_id", "version", name=op.f("uq_purpose_draft_meeting_id_version")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("purpose_draft", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_purpose_draft_network_id"), ["network_id"], unique=False)

    op.create_table(
        "rota_slot",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("meeting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("task", sa.String(length=320), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["group_id"], ["patient_group.id"], name=op.f("fk_rota_slot_group_id")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_rota_slot_meeting_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_rota_slot_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rota_slot")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("rota_slot", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rota_slot_group_id"), ["group_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_rota_slot_person_id"), ["person_id"], unique=False)
        batch_op.create_index("uq_rota_slot_task", ["meeting_id", "task"], unique=True)

    op.create_table(
        "update_version",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("update_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("title", sa.String(length=320), nullable=False),
        sa.Column("parts", sa.Text(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["update_id"], ["posted_update.id"], name=op.f("fk_update_version_update_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_update_version")),
        sa.UniqueConstraint("update_id", "version", name=op.f("uq_update_version_update_id_version")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("update_version", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_update_version_by_person_id"), ["by_person_id"], unique=False)

    op.create_table(
        "agenda_item",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("meeting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("now_words", sa.Text(), nullable=False),
        sa.Column("better_words", sa.Text(), nullable=False),
        sa.Column("could_words", sa.Text(), nullable=False),
        sa.Column("origin", sa.String(length=40), nullable=False),
        sa.Column("came_by", sa.String(length=40), nullable=False),
        sa.Column("from_group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("raised_from", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("guest_of", sa.String(length=320), nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("held_because", sa.String(length=40), nullable=True),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("mailbox", sa.String(length=254), nullable=True),
        sa.Column("mailbox_hash", sa.String(length=64), nullable=True),
        sa.Column("proposer_name", sa.String(length=320), nullable=True),
        sa.Column("by_person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("merged_into", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("passed_to", sa.String(length=40), nullable=True),
        sa.Column("answer", sa.String(length=40), nullable=True),
        sa.Column("answer_words", sa.Text(), nullable=True),
        sa.Column("answer_due_on", sa.Date(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("quiet_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(origin = 'guest') = (guest_of IS NOT NULL)", name=op.f("ck_agenda_item_guest_of_a_body")),
        sa.CheckConstraint(
            "(state = 'merged') = (merged_into IS NOT NULL)", name=op.f("ck_agenda_item_merged_into_one")
        ),
        sa.CheckConstraint("answer IN ('yes', 'in_part', 'no')", name=op.f("ck_agenda_item_answer_known")),
        sa.CheckConstraint(
            "came_by IN ('page', 'post', 'phone', 'desk', 'group')", name=op.f("ck_agenda_item_came_by_known")
        ),
        sa.CheckConstraint(
            "held_because IN ('number', 'phone', 'complaint', 'officer')",
            name=op.f("ck_agenda_item_held_because_known"),
        ),
        sa.CheckConstraint(
            "origin IN ('patients', 'practice', 'network', 'guest')", name=op.f("ck_agenda_item_origin_known")
        ),
        sa.CheckConstraint("passed_to IN ('practice', 'network')", name=op.f("ck_agenda_item_passed_to_known")),
        sa.CheckConstraint("state <> 'declined' OR outcome IS NOT NULL", name=op.f("ck_agenda_item_declined_says_why")),
        sa.CheckConstraint(
            "state IN ('waiting', 'accepted', 'parked', 'passed', 'replied', 'merged', 'answered', 'declined', 'withdrawn', 'discussed')",
            name=op.f("ck_agenda_item_state_known"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('passed', 'replied') OR passed_to IS NOT NULL",
            name=op.f("ck_agenda_item_passed_to_somebody"),
        ),
        sa.CheckConstraint(
            "(CASE WHEN person_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN contact_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN mailbox IS NULL THEN 0 ELSE 1 END) <= 1",
            name=op.f("ck_agenda_item_one_proposer"),
        ),
        sa.CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name=op.f("ck_agenda_item_answer_is_dated")),
        sa.CheckConstraint("(mailbox IS NULL) = (mailbox_hash IS NULL)", name=op.f("ck_agenda_item_hash_with_mailbox")),
        sa.CheckConstraint(
            "raised_from IS NULL OR from_group_id IS NOT NULL", name=op.f("ck_agenda_item_raised_from_a_group")
        ),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_agenda_item_contact_id")),
        sa.ForeignKeyConstraint(["from_group_id"], ["patient_group.id"], name=op.f("fk_agenda_item_from_group_id")),
        sa.ForeignKeyConstraint(["group_id"], ["patient_group.id"], name=op.f("fk_agenda_item_group_id")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_agenda_item_meeting_id")),
        sa.ForeignKeyConstraint(["merged_into"], ["agenda_item.id"], name=op.f("fk_agenda_item_merged_into")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_agenda_item_person_id")),
        sa.ForeignKeyConstraint(["raised_from"], ["agenda_item.id"], name=op.f("fk_agenda_item_raised_from")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agenda_item")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("agenda_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_agenda_item_contact_id"), ["contact_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_agenda_item_from_group_id"), ["from_group_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_agenda_item_group_id_state_proposed_at_id"),
            ["group_id", "state", "proposed_at", "id"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_agenda_item_mailbox_hash"), ["mailbox_hash"], unique=False)
        batch_op.create_index(batch_op.f("ix_agenda_item_meeting_id"), ["meeting_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_agenda_item_merged_into"), ["merged_into"], unique=False)
        batch_op.create_index(batch_op.f("ix_agenda_item_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_agenda_item_raised_from"), ["raised_from"], unique=False)

    op.create_table(
        "consent_record",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("how", sa.String(length=40), nullable=False),
        sa.Column("promise", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("wording_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("evidence_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("by_person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "how IN ('confirm_page', 'leave_page', 'one_click', 'mailto', 'my_page', 'reply', 'phone', 'desk', 'letter', 'paper', 'list', 'not_me', 'renewal_page', 'mailing', 'group', 'retention', 'complaint', 'returned', 'came_back')",
            name=op.f("ck_consent_record_how_known"),
        ),
        sa.CheckConstraint(
            "what IN ('agreed', 'brought_in', 'told', 'lowered', 'paused', 'resumed', 'network_agreed', 'network_withdrawn', 'objected', 'withdrawn', 'forgotten', 'erased', 'corrected', 'address_asked', 'address_refused', 'untold')",
            name=op.f("ck_consent_record_what_known"),
        ),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_consent_record_contact_id")),
        sa.ForeignKeyConstraint(["evidence_id"], ["evidence.id"], name=op.f("fk_consent_record_evidence_id")),
        sa.ForeignKeyConstraint(["group_id"], ["patient_group.id"], name=op.f("fk_consent_record_group_id")),
        sa.ForeignKeyConstraint(["wording_id"], ["wording.id"], name=op.f("fk_consent_record_wording_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_record")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("consent_record", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_consent_record_contact_id_at"), ["contact_id", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_consent_record_evidence_id"), ["evidence_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_consent_record_group_id"), ["group_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_consent_record_wording_id"), ["wording_id"], unique=False)

    op.create_table(
        "contact_import",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("stage", sa.String(length=40), nullable=False),
        sa.Column("by_person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("turn", sa.String(length=64), nullable=True),
        sa.Column("file", sa.LargeBinary(), nullable=True),
        sa.Column("sheet", sa.String(length=320), nullable=True),
        sa.Column("other_sheets", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("email_column", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("name_column", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("surname_column", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("headings_row", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("rows_about", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("rows_done", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("promise", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("evidence_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("vouched_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("came_in", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("(stage = 'done') = (came_in IS NOT NULL)", name=op.f("ck_contact_import_done_is_counted")),
        sa.CheckConstraint("(stage = 'stopped') = (why IS NOT NULL)", name=op.f("ck_contact_import_stopped_says_why")),
        sa.CheckConstraint(
            "stage IN ('reading', 'choosing', 'checked', 'bringing') OR file IS NULL",
            name=op.f("ck_contact_import_file_while_open"),
        ),
        sa.CheckConstraint(
            "stage IN ('reading', 'choosing', 'checked', 'bringing', 'done', 'stopped')",
            name=op.f("ck_contact_import_stage_known"),
        ),
        sa.CheckConstraint(
            "stage NOT IN ('bringing', 'done') OR evidence_id IS NOT NULL",
            name=op.f("ck_contact_import_brought_in_by_evidence"),
        ),
        sa.ForeignKeyConstraint(["evidence_id"], ["evidence.id"], name=op.f("fk_contact_import_evidence_id")),
        sa.ForeignKeyConstraint(["group_id"], ["patient_group.id"], name=op.f("fk_contact_import_group_id")),
        sa.ForeignKeyConstraint(["vouched_id"], ["evidence.id"], name=op.f("fk_contact_import_vouched_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_import")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("contact_import", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contact_import_evidence_id"), ["evidence_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_contact_import_group_id_stage"), ["group_id", "stage"], unique=False)
        batch_op.create_index(batch_op.f("ix_contact_import_vouched_id"), ["vouched_id"], unique=False)

    op.create_table(
        "contact_move",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("address", sa.String(length=320), nullable=True),
        sa.Column("mailbox", sa.String(length=254), nullable=True),
        sa.Column("mailbox_hash", sa.String(length=64), nullable=False),
        sa.Column("told_hash", sa.String(length=64), nullable=True),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("how", sa.String(length=40), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "how IN ('confirm_page', 'leave_page', 'one_click', 'mailto', 'my_page', 'reply', 'phone', 'desk', 'letter', 'paper', 'list', 'not_me', 'renewal_page', 'mailing', 'group', 'retention', 'complaint', 'returned', 'came_back')",
            name=op.f("ck_contact_move_how_known"),
        ),
        sa.CheckConstraint("(address IS NULL) = (mailbox IS NULL)", name=op.f("ck_contact_move_address_with_mailbox")),
        sa.CheckConstraint("used_at IS NULL OR mailbox IS NULL", name=op.f("ck_contact_move_used_is_emptied")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_contact_move_contact_id")),
        sa.ForeignKeyConstraint(["group_id"], ["patient_group.id"], name=op.f("fk_contact_move_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_move")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_contact_move_token_hash")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("contact_move", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contact_move_contact_id"), ["contact_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_contact_move_group_id_mailbox_hash"), ["group_id", "mailbox_hash"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_contact_move_mailbox_hash_asked_at"), ["mailbox_hash", "asked_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_contact_move_told_hash_asked_at"), ["told_hash", "asked_at"], unique=False)

    op.create_table(
        "data_request",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("came_by", sa.String(length=40), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("who", sa.String(length=320), nullable=True),
        sa.Column("answer_to", sa.Text(), nullable=True),
        sa.Column("mailbox_hash", sa.String(length=64), nullable=True),
        sa.Column("asked", sa.Text(), nullable=True),
        sa.Column("acknowledged_on", sa.Date(), nullable=True),
        sa.Column("paused_since", sa.Date(), nullable=True),
        sa.Column("resumed_on", sa.Date(), nullable=True),
        sa.Column("paused_days", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("extended_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.Column("emptied_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "came_by IN ('letter', 'email', 'phone', 'desk', 'my_page', 'complaint_page')",
            name=op.f("ck_data_request_came_by_known"),
        ),
        sa.CheckConstraint(
            "kind IN ('access', 'correction', 'erasure', 'objection', 'complaint')",
            name=op.f("ck_data_request_kind_known"),
        ),
        sa.CheckConstraint(
            "outcome IN ('done', 'partly', 'refused', 'taken_back', 'erased')",
            name=op.f("ck_data_request_outcome_known"),
        ),
        sa.CheckConstraint("(closed_on IS NULL) = (outcome IS NULL)", name=op.f("ck_data_request_closed_has_outcome")),
        sa.CheckConstraint(
            "closed_on IS NULL OR paused_since IS NULL", name=op.f("ck_data_request_closed_is_not_paused")
        ),
        sa.CheckConstraint(
            "emptied_at IS NULL OR (who IS NULL AND answer_to IS NULL AND asked IS NULL AND mailbox_hash IS NULL)",
            name=op.f("ck_data_request_emptied_is_nobody"),
        ),
        sa.CheckConstraint("paused_days >= 0", name=op.f("ck_data_request_paused_forwards")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_data_request_contact_id")),
        sa.ForeignKeyConstraint(["group_id"], ["patient_group.id"], name=op.f("fk_data_request_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_request")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("data_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_data_request_contact_id"), ["contact_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_data_request_group_id_closed_on"), ["group_id", "closed_on"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_data_request_mailbox_hash_written_at"), ["mailbox_hash", "written_at"], unique=False
        )

    op.create_table(
        "decision_option",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("decision_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("words", sa.String(length=320), nullable=False),
        sa.Column("delegate_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_decision_option_decision_id")),
        sa.ForeignKeyConstraint(["delegate_id"], ["delegate.id"], name=op.f("fk_decision_option_delegate_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision_option")),
        sa.UniqueConstraint("decision_id", "number", name=op.f("uq_decision_option_decision_id_number")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("decision_option", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_decision_option_delegate_id"), ["delegate_id"], unique=False)

    op.create_table(
        "decision_roll",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("decision_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("delegate_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("is_substitute", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_decision_roll_decision_id")),
        sa.ForeignKeyConstraint(["delegate_id"], ["delegate.id"], name=op.f("fk_decision_roll_delegate_id")),
        sa.ForeignKeyConstraint(["group_id"], ["patient_group.id"], name=op.f("fk_decision_roll_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision_roll")),
        sa.UniqueConstraint("decision_id", "delegate_id", name=op.f("uq_decision_roll_decision_id_delegate_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("decision_roll", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_decision_roll_delegate_id"), ["delegate_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_decision_roll_group_id"), ["group_id"], unique=False)

    op.create_table(
        "delivery",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("mailing_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("ordinal", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("of_at_most", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("left_out_because", sa.String(length=40), nullable=True),
        sa.Column("carried_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("tells", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("attempting_by", sa.String(length=32), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.String(length=320), nullable=True),
        sa.Column("returned", sa.String(length=40), nullable=True),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("returned_status", sa.String(length=320), nullable=True),
        sa.Column("sent_again_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'attempting') = (attempting_by IS NOT NULL)", name=op.f("ck_delivery_attempting_has_worker")
        ),
        sa.CheckConstraint(
            "(state = 'left_out') = (left_out_because IS NOT NULL)", name=op.f("ck_delivery_left_out_has_reason")
        ),
        sa.CheckConstraint(
            "(state IN ('attempting', 'handed_over', 'uncertain')) = (at IS NOT NULL)",
            name=op.f("ck_delivery_handover_is_dated"),
        ),
        sa.CheckConstraint(
            "left_out_because IS NULL OR left_out_because IN ('none_left', 'shared', 'paused', 'left', 'promise_lowered', 'stopped')",
            name=op.f("ck_delivery_reason_known"),
        ),
        sa.CheckConstraint("returned IN ('hard', 'soft')", name=op.f("ck_delivery_returned_known")),
        sa.CheckConstraint(
            "sent_again_at IS NULL OR state NOT IN ('queued', 'attempting')",
            name=op.f("ck_delivery_sent_again_when_settled"),
        ),
        sa.CheckConstraint(
            "state IN ('queued', 'attempting', 'handed_over', 'uncertain', 'refused', 'given_up', 'expired', 'withdrawn', 'left_out', 'taken_back')",
            name=op.f("ck_delivery_state_known"),
        ),
        sa.CheckConstraint("(returned IS NULL) = (returned_at IS NULL)", name=op.f("ck_delivery_return_is_dated")),
        sa.CheckConstraint("tells IS NULL OR tells BETWEEN 1 AND 12", name=op.f("ck_delivery_tells_in_range")),
        sa.ForeignKeyConstraint(["carried_by"], ["delivery.id"], name=op.f("fk_delivery_carried_by")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_delivery_contact_id")),
        sa.ForeignKeyConstraint(["mailing_id"], ["mailing.id"], name=op.f("fk_delivery_mailing_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.create_index(
            "ix_delivery_attempting",
            ["attempting_by"],
            unique=False,
            sqlite_where=sa.text("state = 'attempting'"),
            postgresql_where=sa.text("state = 'attempting'"),
        )
        batch_op.create_index(
            "ix_delivery_carried_by",
            ["carried_by"],
            unique=False,
            sqlite_where=sa.text("carried_by IS NOT NULL"),
            postgresql_where=sa.text("carried_by IS NOT NULL"),
        )
        batch_op.create_index("ix_delivery_contact_at", ["contact_id", "at"], unique=False)
        batch_op.create_index(
            "ix_delivery_due",
            ["mailing_id", "due_at", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'queued'"),
            postgresql_where=sa.text("state = 'queued'"),
        )
        batch_op.create_index(batch_op.f("ix_delivery_mailing_id_state"), ["mailing_id", "state"], unique=False)
        batch_op.create_index(
            "uq_delivery_mailing_id_contact_id",
            ["mailing_id", "contact_id"],
            unique=True,
            sqlite_where=sa.text("sent_again_at IS NULL"),
            postgresql_where=sa.text("sent_again_at IS NULL"),
        )

    op.create_table(
        "minutes_correction",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("minutes_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(state = 'proposed') = (settled_at IS NULL)", name=op.f("ck_minutes_correction_settled_is_dated")
        ),
        sa.CheckConstraint(
            "state IN ('proposed', 'taken', 'not_taken')", name=op.f("ck_minutes_correction_state_known")
        ),
        sa.ForeignKeyConstraint(["group_id"], ["patient_group.id"], name=op.f("fk_minutes_correction_group_id")),
        sa.ForeignKeyConstraint(["minutes_id"], ["minutes.id"], name=op.f("fk_minutes_correction_minutes_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_minutes_correction")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("minutes_correction", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_minutes_correction_group_id"), ["group_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_minutes_correction_minutes_id_at"), ["minutes_id", "at"], unique=False)

    op.create_table(
        "minutes_step",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("minutes_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("did", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "did IN ('drafted', 'circulated', 'corrected', 'accepted', 'published')",
            name=op.f("ck_minutes_step_did_known"),
        ),
        sa.ForeignKeyConstraint(["group_id"], ["patient_group.id"], name=op.f("fk_minutes_step_group_id")),
        sa.ForeignKeyConstraint(["minutes_id"], ["minutes.id"], name=op.f("fk_minutes_step_minutes_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_minutes_step")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("minutes_step", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_minutes_step_group_id"), ["group_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_minutes_step_minutes_id_at"), ["minutes_id", "at"], unique=False)

    op.create_table(
        "my_link",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("mailbox_hash", sa.String(length=64), nullable=False),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_my_link_contact_id")),
        sa.ForeignKeyConstraint(["group_id"], ["patient_group.id"], name=op.f("fk_my_link_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_my_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_my_link_token_hash")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("my_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_my_link_contact_id"), ["contact_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_my_link_group_id"), ["group_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_my_link_mailbox_hash_asked_at"), ["mailbox_hash", "asked_at"], unique=False
        )

    op.create_table(
        "purpose_answer",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("draft_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("delegate_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("agrees", sa.Boolean(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("agrees OR words <> ''", name=op.f("ck_purpose_answer_change_says_what")),
        sa.ForeignKeyConstraint(["delegate_id"], ["delegate.id"], name=op.f("fk_purpose_answer_delegate_id")),
        sa.ForeignKeyConstraint(["draft_id"], ["purpose_draft.id"], name=op.f("fk_purpose_answer_draft_id")),
        sa.ForeignKeyConstraint(["group_id"], ["patient_group.id"], name=op.f("fk_purpose_answer_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purpose_answer")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("purpose_answer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_purpose_answer_delegate_id"), ["delegate_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_purpose_answer_draft_id"), ["draft_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_purpose_answer_group_id"), ["group_id"], unique=False)

    op.create_table(
        "sign_up",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=320), nullable=True),
        sa.Column("address", sa.String(length=320), nullable=True),
        sa.Column("mailbox", sa.String(length=254), nullable=True),
        sa.Column("mailbox_hash", sa.String(length=64), nullable=True),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("wording_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "channel IN ('web', 'poster', 'paper', 'desk', 'phone', 'list', 'card', 'letter', 'pack')",
            name=op.f("ck_sign_up_channel_known"),
        ),
        sa.CheckConstraint("(used_at IS NULL) = (contact_id IS NULL)", name=op.f("ck_sign_up_used_by_contact")),
        sa.CheckConstraint("used_at IS NULL OR mailbox IS NULL", name=op.f("ck_sign_up_used_is_emptied")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_sign_up_contact_id")),
        sa.ForeignKeyConstraint(["group_id"], ["patient_group.id"], name=op.f("fk_sign_up_group_id")),
        sa.ForeignKeyConstraint(["wording_id"], ["wording.id"], name=op.f("fk_sign_up_wording_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_up")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_up_token_hash")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("sign_up", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_up_contact_id"), ["contact_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_sign_up_group_id_asked_at"), ["group_id", "asked_at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_sign_up_mailbox_hash_asked_at"), ["mailbox_hash", "asked_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_sign_up_wording_id"), ["wording_id"], unique=False)

    op.create_table(
        "suppression",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("mailbox_hash", sa.String(length=64), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("because", sa.String(length=40), nullable=False),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_suppression_contact_id")),
        sa.ForeignKeyConstraint(["group_id"], ["patient_group.id"], name=op.f("fk_suppression_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suppression")),
        sa.UniqueConstraint("group_id", "mailbox_hash", name=op.f("uq_suppression_group_id_mailbox_hash")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("suppression", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_suppression_contact_id"), ["contact_id"], unique=False)

    op.create_table(
        "agenda_entry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("meeting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("minutes", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("lead", sa.String(length=320), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("purpose IN ('decide', 'discuss', 'inform')", name=op.f("ck_agenda_entry_purpose_known")),
        sa.CheckConstraint("(item_id IS NULL) = (title IS NOT NULL)", name=op.f("ck_agenda_entry_item_or_title")),
        sa.CheckConstraint("minutes >= 0", name=op.f("ck_agenda_entry_minutes_forwards")),
        sa.ForeignKeyConstraint(["group_id"], ["patient_group.id"], name=op.f("fk_agenda_entry_group_id")),
        sa.ForeignKeyConstraint(["item_id"], ["agenda_item.id"], name=op.f("fk_agenda_entry_item_id")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_agenda_entry_meeting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agenda_entry")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("agenda_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_agenda_entry_group_id"), ["group_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_agenda_entry_item_id"), ["item_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_agenda_entry_meeting_id_position"), ["meeting_id", "position"], unique=False
        )
        batch_op.create_index(
            "uq_agenda_entry_item",
            ["meeting_id", "item_id"],
            unique=True,
            sqlite_where=sa.text("removed_at IS NULL AND item_id IS NOT NULL"),
            postgresql_where=sa.text("removed_at IS NULL AND item_id IS NOT NULL"),
        )

    op.create_table(
        "backing",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("mailbox", sa.String(length=254), nullable=True),
        sa.Column("mailbox_hash", sa.String(length=64), nullable=True),
        sa.Column("backed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("quiet_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("person_id IS NULL OR contact_id IS NULL", name=op.f("ck_backing_one_backer")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_backing_contact_id")),
        sa.ForeignKeyConstraint(["group_id"], ["patient_group.id"], name=op.f("fk_backing_group_id")),
        sa.ForeignKeyConstraint(["item_id"], ["agenda_item.id"], name=op.f("fk_backing_item_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_backing_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backing")),
        sa.UniqueConstraint("item_id", "mailbox_hash", name=op.f("uq_backing_item_id_mailbox_hash")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("backing", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_backing_contact_id"), ["contact_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_backing_group_id"), ["group_id"], unique=False)
        batch_op.create_index(
            "ix_backing_mailbox_hash",
            ["mailbox_hash"],
            unique=False,
            sqlite_where=sa.text("mailbox_hash IS NOT NULL"),
            postgresql_where=sa.text("mailbox_hash IS NOT NULL"),
        )
        batch_op.create_index(batch_op.f("ix_backing_person_id"), ["person_id"], unique=False)

    op.create_table(
        "contact_import_row",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("import_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("fate", sa.String(length=40), nullable=False),
        sa.Column("why", sa.String(length=320), nullable=True),
        sa.Column("name", sa.String(length=320), nullable=True),
        sa.Column("name_key", sa.String(length=100), nullable=False),
        sa.Column("address", sa.String(length=320), nullable=True),
        sa.Column("mailbox", sa.String(length=254), nullable=True),
        sa.Column("mailbox_hash", sa.String(length=64), nullable=True),
        sa.Column("search", sa.String(length=360), nullable=True),
        sa.CheckConstraint(
            "fate <> 'new' OR (mailbox IS NOT NULL AND address IS NOT NULL)",
            name=op.f("ck_contact_import_row_new_has_mailbox"),
        ),
        sa.CheckConstraint(
            "fate IN ('new', 'here', 'left', 'suppressed', 'twice', 'no_address', 'not_an_address', 'misplaced', 'bad_name')",
            name=op.f("ck_contact_import_row_fate_known"),
        ),
        sa.CheckConstraint(
            "(mailbox IS NULL) = (mailbox_hash IS NULL)", name=op.f("ck_contact_import_row_mailbox_with_hash")
        ),
        sa.ForeignKeyConstraint(["import_id"], ["contact_import.id"], name=op.f("fk_contact_import_row_import_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_import_row")),
        sa.UniqueConstraint("import_id", "number", name=op.f("uq_contact_import_row_import_id_number")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("contact_import_row", schema=None) as batch_op:
        batch_op.create_index("ix_contact_import_row_listed", ["import_id", "fate", "number"], unique=False)
        batch_op.create_index(batch_op.f("ix_contact_import_row_mailbox_hash"), ["mailbox_hash"], unique=False)

    op.create_table(
        "data_request_step",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("request_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("awaited", sa.String(length=40), nullable=True),
        sa.Column("by_person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "(what = 'paused') = (awaited IS NOT NULL)", name=op.f("ck_data_request_step_paused_awaits")
        ),
        sa.CheckConstraint("awaited IN ('identity', 'meaning')", name=op.f("ck_data_request_step_awaited_known")),
        sa.CheckConstraint(
            "what IN ('received', 'acknowledged', 'paused', 'resumed', 'extended', 'noted', 'stopped', 'erased', 'closed')",
            name=op.f("ck_data_request_step_what_known"),
        ),
        sa.ForeignKeyConstraint(["group_id"], ["patient_group.id"], name=op.f("fk_data_request_step_group_id")),
        sa.ForeignKeyConstraint(["request_id"], ["data_request.id"], name=op.f("fk_data_request_step_request_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_request_step")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("data_request_step", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_data_request_step_group_id"), ["group_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_data_request_step_request_id_at"), ["request_id", "at"], unique=False)

    op.create_table(
        "decision_result",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("decision_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("option_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("by_tie", sa.Boolean(), nullable=False),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "(outcome = 'chosen') = (option_id IS NOT NULL)", name=op.f("ck_decision_result_chosen_has_option")
        ),
        sa.CheckConstraint(
            "outcome IN ('chosen', 'tie', 'not_reached', 'no_quorum', 'nobody')",
            name=op.f("ck_decision_result_outcome_known"),
        ),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_decision_result_decision_id")),
        sa.ForeignKeyConstraint(["option_id"], ["decision_option.id"], name=op.f("fk_decision_result_option_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision_result")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_decision_result_decision_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("decision_result", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_decision_result_option_id"), ["option_id"], unique=False)

    op.create_table(
        "item_history",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("act", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("as_role", sa.String(length=40), nullable=True),
        sa.Column("meeting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("other_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "act IN ('proposed', 'held', 'shown', 'hidden', 'reworded', 'accepted', 'taken_off', 'merged', 'took_in', 'answered', 'parked', 'passed', 'replied', 'declined', 'withdrawn', 'carried_over', 'discussed', 'meeting_cancelled')",
            name=op.f("ck_item_history_act_known"),
        ),
        sa.CheckConstraint(
            "as_role IN ('chair', 'vice_chair', 'secretary', 'member', 'delegate', 'practice_manager', 'gp', 'practice_staff')",
            name=op.f("ck_item_history_as_role_known"),
        ),
        sa.ForeignKeyConstraint(["group_id"], ["patient_group.id"], name=op.f("fk_item_history_group_id")),
        sa.ForeignKeyConstraint(["item_id"], ["agenda_item.id"], name=op.f("fk_item_history_item_id")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_item_history_meeting_id")),
        sa.ForeignKeyConstraint(["other_id"], ["agenda_item.id"], name=op.f("fk_item_history_other_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_history")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("item_history", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_item_history_group_id"), ["group_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_item_history_item_id_at"), ["item_id", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_item_history_meeting_id"), ["meeting_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_item_history_other_id"), ["other_id"], unique=False)

    op.create_table(
        "proposal",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("meeting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("name", sa.String(length=320), nullable=True),
        sa.Column("address", sa.String(length=320), nullable=True),
        sa.Column("mailbox", sa.String(length=254), nullable=True),
        sa.Column("mailbox_hash", sa.String(length=64), nullable=True),
        sa.Column("guest_of", sa.String(length=320), nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("now_words", sa.Text(), nullable=True),
        sa.Column("better_words", sa.Text(), nullable=True),
        sa.Column("could_words", sa.Text(), nullable=True),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("made_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("(mailbox IS NULL) = (address IS NULL)", name=op.f("ck_proposal_address_with_mailbox")),
        sa.CheckConstraint(
            "used_at IS NULL OR (mailbox IS NULL AND title IS NULL)", name=op.f("ck_proposal_used_is_emptied")
        ),
        sa.ForeignKeyConstraint(["group_id"], ["patient_group.id"], name=op.f("fk_proposal_group_id")),
        sa.ForeignKeyConstraint(["item_id"], ["agenda_item.id"], name=op.f("fk_proposal_item_id")),
        sa.ForeignKeyConstraint(["made_id"], ["agenda_item.id"], name=op.f("fk_proposal_made_id")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_proposal_meeting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_proposal_token_hash")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("proposal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_proposal_group_id_asked_at"), ["group_id", "asked_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_proposal_item_id"), ["item_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_proposal_made_id"), ["made_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_proposal_mailbox_hash_asked_at"), ["mailbox_hash", "asked_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_proposal_meeting_id"), ["meeting_id"], unique=False)

    op.create_table(
        "vote_cast",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("decision_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("seat", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("cast_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("how", sa.String(length=40), nullable=False),
        sa.Column("entered_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(how = 'phone') = (entered_by IS NOT NULL)", name=op.f("ck_vote_cast_phone_vote_entered_by")
        ),
        sa.CheckConstraint("how IN ('page', 'phone')", name=op.f("ck_vote_cast_how_known")),
        sa.ForeignKeyConstraint(["cast_by"], ["decision_roll.id"], name=op.f("fk_vote_cast_cast_by")),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_vote_cast_decision_id")),
        sa.ForeignKeyConstraint(["group_id"], ["patient_group.id"], name=op.f("fk_vote_cast_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vote_cast")),
        sa.UniqueConstraint("decision_id", "seat", name=op.f("uq_vote_cast_decision_id_seat")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("vote_cast", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_vote_cast_cast_by"), ["cast_by"], unique=False)
        batch_op.create_index(batch_op.f("ix_vote_cast_group_id"), ["group_id"], unique=False)

    op.create_table(
        "action",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("meeting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("owner_person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("owner_name", sa.String(length=320), nullable=True),
        sa.Column("mailbox", sa.String(length=254), nullable=True),
        sa.Column("mailbox_hash", sa.String(length=64), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("stuck_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("turn", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("slip", sa.String(length=64), nullable=True),
        sa.CheckConstraint("(state = 'open') = (closed_at IS NULL)", name=op.f("ck_action_closed_is_dated")),
        sa.CheckConstraint("state IN ('open', 'done', 'dropped')", name=op.f("ck_action_state_known")),
        sa.CheckConstraint("(mailbox IS NULL) = (mailbox_hash IS NULL)", name=op.f("ck_action_hash_with_mailbox")),
        sa.ForeignKeyConstraint(["entry_id"], ["agenda_entry.id"], name=op.f("fk_action_entry_id")),
        sa.ForeignKeyConstraint(["group_id"], ["patient_group.id"], name=op.f("fk_action_group_id")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_action_meeting_id")),
        sa.ForeignKeyConstraint(["owner_person_id"], ["person.id"], name=op.f("fk_action_owner_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action")),
        sa.UniqueConstraint("group_id", "number", name=op.f("uq_action_group_id_number")),
        sa.UniqueConstraint("meeting_id", "slip", name=op.f("uq_action_meeting_id_slip")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("action", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_action_entry_id"), ["entry_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_action_group_id_state_due_on"), ["group_id", "state", "due_on"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_action_mailbox_hash"), ["mailbox_hash"], unique=False)
        batch_op.create_index(batch_op.f("ix_action_meeting_id"), ["meeting_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_action_owner_person_id"), ["owner_person_id"], unique=False)

    op.create_table(
        "ballot_paper",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("decision_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("option_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("vote_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_ballot_paper_decision_id")),
        sa.ForeignKeyConstraint(["option_id"], ["decision_option.id"], name=op.f("fk_ballot_paper_option_id")),
        sa.ForeignKeyConstraint(["vote_id"], ["vote_cast.id"], name=op.f("fk_ballot_paper_vote_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ballot_paper")),
        sa.UniqueConstraint("vote_id", name=op.f("uq_ballot_paper_vote_id")),
    )
    with op.batch_alter_table("ballot_paper", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ballot_paper_decision_id"), ["decision_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_ballot_paper_option_id"), ["option_id"], unique=False)

    op.create_table(
        "data_request_note",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("step_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["step_id"], ["data_request_step.id"], name=op.f("fk_data_request_note_step_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_request_note")),
        sa.UniqueConstraint("step_id", name=op.f("uq_data_request_note_step_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "item_note",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("history_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["history_id"], ["item_history.id"], name=op.f("fk_item_note_history_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_note")),
        sa.UniqueConstraint("history_id", name=op.f("uq_item_note_history_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "meeting_decision",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("meeting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("motion", sa.Text(), nullable=False),
        sa.Column("how", sa.String(length=40), nullable=False),
        sa.Column("votes_for", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("votes_against", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("abstained", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("casting", sa.String(length=40), nullable=True),
        sa.Column("is_carried", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("slip", sa.String(length=64), nullable=True),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("casting IN ('in_favour', 'against')", name=op.f("ck_meeting_decision_casting_known")),
        sa.CheckConstraint(
            "how = 'agreed' OR (votes_for IS NOT NULL AND votes_against IS NOT NULL)",
            name=op.f("ck_meeting_decision_vote_has_count"),
        ),
        sa.CheckConstraint("how IN ('agreed', 'show_of_hands', 'ballot')", name=op.f("ck_meeting_decision_how_known")),
        sa.ForeignKeyConstraint(["entry_id"], ["agenda_entry.id"], name=op.f("fk_meeting_decision_entry_id")),
        sa.ForeignKeyConstraint(["group_id"], ["patient_group.id"], name=op.f("fk_meeting_decision_group_id")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_meeting_decision_meeting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_decision")),
        sa.UniqueConstraint("meeting_id", "slip", name=op.f("uq_meeting_decision_meeting_id_slip")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("meeting_decision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_meeting_decision_entry_id"), ["entry_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_meeting_decision_group_id"), ["group_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_meeting_decision_meeting_id_at"), ["meeting_id", "at"], unique=False)

    op.create_table(
        "meeting_note",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("meeting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("slip", sa.String(length=64), nullable=True),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["entry_id"], ["agenda_entry.id"], name=op.f("fk_meeting_note_entry_id")),
        sa.ForeignKeyConstraint(["group_id"], ["patient_group.id"], name=op.f("fk_meeting_note_group_id")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_meeting_note_meeting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_note")),
        sa.UniqueConstraint("meeting_id", "slip", name=op.f("uq_meeting_note_meeting_id_slip")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("meeting_note", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_meeting_note_entry_id"), ["entry_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_meeting_note_group_id"), ["group_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_meeting_note_meeting_id_at"), ["meeting_id", "at"], unique=False)

    op.create_table(
        "paper",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=320), nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("media_type", sa.String(length=320), nullable=True),
        sa.Column("ending", sa.String(length=40), nullable=True),
        sa.Column("size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(kind = 'file') = (media_type IS NOT NULL)", name=op.f("ck_paper_file_has_type")),
        sa.CheckConstraint("(kind = 'link') = (address IS NOT NULL)", name=op.f("ck_paper_link_has_address")),
        sa.CheckConstraint("kind IN ('link', 'file')", name=op.f("ck_paper_kind_known")),
        sa.CheckConstraint(
            "removed_at IS NOT NULL OR (kind = 'file') = (content IS NOT NULL)", name=op.f("ck_paper_file_has_content")
        ),
        sa.ForeignKeyConstraint(["entry_id"], ["agenda_entry.id"], name=op.f("fk_paper_entry_id")),
        sa.ForeignKeyConstraint(["group_id"], ["patient_group.id"], name=op.f("fk_paper_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("paper", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_paper_entry_id"), ["entry_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_paper_group_id"), ["group_id"], unique=False)

    op.create_table(
        "action_update",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("action_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("did", sa.String(length=40), nullable=False),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "did IN ('given', 'done', 'moved', 'cannot', 'passed_on', 'noted', 'dropped', 'reopened')",
            name=op.f("ck_action_update_did_known"),
        ),
        sa.ForeignKeyConstraint(["action_id"], ["action.id"], name=op.f("fk_action_update_action_id")),
        sa.ForeignKeyConstraint(["group_id"], ["patient_group.id"], name=op.f("fk_action_update_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action_update")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("action_update", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_action_update_action_id_at"), ["action_id", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_action_update_group_id"), ["group_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("action_update", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_action_update_group_id"))
        batch_op.drop_index(batch_op.f("ix_action_update_action_id_at"))

    op.drop_table("action_update")
    with op.batch_alter_table("paper", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_paper_group_id"))
        batch_op.drop_index(batch_op.f("ix_paper_entry_id"))

    op.drop_table("paper")
    with op.batch_alter_table("meeting_note", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_meeting_note_meeting_id_at"))
        batch_op.drop_index(batch_op.f("ix_meeting_note_group_id"))
        batch_op.drop_index(batch_op.f("ix_meeting_note_entry_id"))

    op.drop_table("meeting_note")
    with op.batch_alter_table("meeting_decision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_meeting_decision_meeting_id_at"))
        batch_op.drop_index(batch_op.f("ix_meeting_decision_group_id"))
        batch_op.drop_index(batch_op.f("ix_meeting_decision_entry_id"))

    op.drop_table("meeting_decision")
    op.drop_table("item_note")
    op.drop_table("data_request_note")
    with op.batch_alter_table("ballot_paper", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ballot_paper_option_id"))
        batch_op.drop_index(batch_op.f("ix_ballot_paper_decision_id"))

    op.drop_table("ballot_paper")
    with op.batch_alter_table("action", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_action_owner_person_id"))
        batch_op.drop_index(batch_op.f("ix_action_meeting_id"))
        batch_op.drop_index(batch_op.f("ix_action_mailbox_hash"))
        batch_op.drop_index(batch_op.f("ix_action_group_id_state_due_on"))
        batch_op.drop_index(batch_op.f("ix_action_entry_id"))

    op.drop_table("action")
    with op.batch_alter_table("vote_cast", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_vote_cast_group_id"))
        batch_op.drop_index(batch_op.f("ix_vote_cast_cast_by"))

    op.drop_table("vote_cast")
    with op.batch_alter_table("proposal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_proposal_meeting_id"))
        batch_op.drop_index(batch_op.f("ix_proposal_mailbox_hash_asked_at"))
        batch_op.drop_index(batch_op.f("ix_proposal_made_id"))
        batch_op.drop_index(batch_op.f("ix_proposal_item_id"))
        batch_op.drop_index(batch_op.f("ix_proposal_group_id_asked_at"))

    op.drop_table("proposal")
    with op.batch_alter_table("item_history", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_item_history_other_id"))
        batch_op.drop_index(batch_op.f("ix_item_history_meeting_id"))
        batch_op.drop_index(batch_op.f("ix_item_history_item_id_at"))
        batch_op.drop_index(batch_op.f("ix_item_history_group_id"))

    op.drop_table("item_history")
    with op.batch_alter_table("decision_result", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_decision_result_option_id"))

    op.drop_table("decision_result")
    with op.batch_alter_table("data_request_step", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_data_request_step_request_id_at"))
        batch_op.drop_index(batch_op.f("ix_data_request_step_group_id"))

    op.drop_table("data_request_step")
    with op.batch_alter_table("contact_import_row", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contact_import_row_mailbox_hash"))
        batch_op.drop_index("ix_contact_import_row_listed")

    op.drop_table("contact_import_row")
    with op.batch_alter_table("backing", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_backing_person_id"))
        batch_op.drop_index(
            "ix_backing_mailbox_hash",
            sqlite_where=sa.text("mailbox_hash IS NOT NULL"),
            postgresql_where=sa.text("mailbox_hash IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_backing_group_id"))
        batch_op.drop_index(batch_op.f("ix_backing_contact_id"))

    op.drop_table("backing")
    with op.batch_alter_table("agenda_entry", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_agenda_entry_item",
            sqlite_where=sa.text("removed_at IS NULL AND item_id IS NOT NULL"),
            postgresql_where=sa.text("removed_at IS NULL AND item_id IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_agenda_entry_meeting_id_position"))
        batch_op.drop_index(batch_op.f("ix_agenda_entry_item_id"))
        batch_op.drop_index(batch_op.f("ix_agenda_entry_group_id"))

    op.drop_table("agenda_entry")
    with op.batch_alter_table("suppression", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_suppression_contact_id"))

    op.drop_table("suppression")
    with op.batch_alter_table("sign_up", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_up_wording_id"))
        batch_op.drop_index(batch_op.f("ix_sign_up_mailbox_hash_asked_at"))
        batch_op.drop_index(batch_op.f("ix_sign_up_group_id_asked_at"))
        batch_op.drop_index(batch_op.f("ix_sign_up_contact_id"))

    op.drop_table("sign_up")
    with op.batch_alter_table("purpose_answer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_purpose_answer_group_id"))
        batch_op.drop_index(batch_op.f("ix_purpose_answer_draft_id"))
        batch_op.drop_index(batch_op.f("ix_purpose_answer_delegate_id"))

    op.drop_table("purpose_answer")
    with op.batch_alter_table("my_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_my_link_mailbox_hash_asked_at"))
        batch_op.drop_index(batch_op.f("ix_my_link_group_id"))
        batch_op.drop_index(batch_op.f("ix_my_link_contact_id"))

    op.drop_table("my_link")
    with op.batch_alter_table("minutes_step", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_minutes_step_minutes_id_at"))
        batch_op.drop_index(batch_op.f("ix_minutes_step_group_id"))

    op.drop_table("minutes_step")
    with op.batch_alter_table("minutes_correction", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_minutes_correction_minutes_id_at"))
        batch_op.drop_index(batch_op.f("ix_minutes_correction_group_id"))

    op.drop_table("minutes_correction")
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_delivery_mailing_id_contact_id",
            sqlite_where=sa.text("sent_again_at IS NULL"),
            postgresql_where=sa.text("sent_again_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_delivery_mailing_id_state"))
        batch_op.drop_index(
            "ix_delivery_due", sqlite_where=sa.text("state = 'queued'"), postgresql_where=sa.text("state = 'queued'")
        )
        batch_op.drop_index("ix_delivery_contact_at")
        batch_op.drop_index(
            "ix_delivery_carried_by",
            sqlite_where=sa.text("carried_by IS NOT NULL"),
            postgresql_where=sa.text("carried_by IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_delivery_attempting",
            sqlite_where=sa.text("state = 'attempting'"),
            postgresql_where=sa.text("state = 'attempting'"),
        )

    op.drop_table("delivery")
    with op.batch_alter_table("decision_roll", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_decision_roll_group_id"))
        batch_op.drop_index(batch_op.f("ix_decision_roll_delegate_id"))

    op.drop_table("decision_roll")
    with op.batch_alter_table("decision_option", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_decision_option_delegate_id"))

    op.drop_table("decision_option")
    with op.batch_alter_table("data_request", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_data_request_mailbox_hash_written_at"))
        batch_op.drop_index(batch_op.f("ix_data_request_group_id_closed_on"))
        batch_op.drop_index(batch_op.f("ix_data_request_contact_id"))

    op.drop_table("data_request")
    with op.batch_alter_table("contact_move", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contact_move_told_hash_asked_at"))
        batch_op.drop_index(batch_op.f("ix_contact_move_mailbox_hash_asked_at"))
        batch_op.drop_index(batch_op.f("ix_contact_move_group_id_mailbox_hash"))
        batch_op.drop_index(batch_op.f("ix_contact_move_contact_id"))

    op.drop_table("contact_move")
    with op.batch_alter_table("contact_import", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contact_import_vouched_id"))
        batch_op.drop_index(batch_op.f("ix_contact_import_group_id_stage"))
        batch_op.drop_index(batch_op.f("ix_contact_import_evidence_id"))

    op.drop_table("contact_import")
    with op.batch_alter_table("consent_record", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_consent_record_wording_id"))
        batch_op.drop_index(batch_op.f("ix_consent_record_group_id"))
        batch_op.drop_index(batch_op.f("ix_consent_record_evidence_id"))
        batch_op.drop_index(batch_op.f("ix_consent_record_contact_id_at"))

    op.drop_table("consent_record")
    with op.batch_alter_table("agenda_item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_agenda_item_raised_from"))
        batch_op.drop_index(batch_op.f("ix_agenda_item_person_id"))
        batch_op.drop_index(batch_op.f("ix_agenda_item_merged_into"))
        batch_op.drop_index(batch_op.f("ix_agenda_item_meeting_id"))
        batch_op.drop_index(batch_op.f("ix_agenda_item_mailbox_hash"))
        batch_op.drop_index(batch_op.f("ix_agenda_item_group_id_state_proposed_at_id"))
        batch_op.drop_index(batch_op.f("ix_agenda_item_from_group_id"))
        batch_op.drop_index(batch_op.f("ix_agenda_item_contact_id"))

    op.drop_table("agenda_item")
    with op.batch_alter_table("update_version", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_update_version_by_person_id"))

    op.drop_table("update_version")
    with op.batch_alter_table("rota_slot", schema=None) as batch_op:
        batch_op.drop_index("uq_rota_slot_task")
        batch_op.drop_index(batch_op.f("ix_rota_slot_person_id"))
        batch_op.drop_index(batch_op.f("ix_rota_slot_group_id"))

    op.drop_table("rota_slot")
    with op.batch_alter_table("purpose_draft", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_purpose_draft_network_id"))

    op.drop_table("purpose_draft")
    with op.batch_alter_table("notice_answer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notice_answer_update_id"))
        batch_op.drop_index(batch_op.f("ix_notice_answer_group_id"))

    op.drop_table("notice_answer")
    with op.batch_alter_table("network_mailing_answer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_network_mailing_answer_mailing_id"))
        batch_op.drop_index(batch_op.f("ix_network_mailing_answer_group_id"))

    op.drop_table("network_mailing_answer")
    with op.batch_alter_table("minutes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_minutes_group_id_state"))
        batch_op.drop_index(batch_op.f("ix_minutes_accepted_at_meeting"))

    op.drop_table("minutes")
    op.drop_table("library_version")
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_invitation_invited_by"))
        batch_op.drop_index(batch_op.f("ix_invitation_hands_over"))
        batch_op.drop_index(batch_op.f("ix_invitation_group_id"))
        batch_op.drop_index(batch_op.f("ix_invitation_accepted_by"))

    op.drop_table("invitation")
    with op.batch_alter_table("home_view", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_home_view_group_id"))

    op.drop_table("home_view")
    with op.batch_alter_table("help_answer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_help_answer_post_id"))
        batch_op.drop_index(batch_op.f("ix_help_answer_group_id"))

    op.drop_table("help_answer")
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_evidence_wording_id"))
        batch_op.drop_index(batch_op.f("ix_evidence_group_id"))

    op.drop_table("evidence")
    with op.batch_alter_table("delegate", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_delegate_network_id_group_id"))
        batch_op.drop_index(batch_op.f("ix_delegate_group_id"))

    op.drop_table("delegate")
    with op.batch_alter_table("decision_draft", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_decision_draft_network_id"))
        batch_op.drop_index(batch_op.f("ix_decision_draft_decision_id"))

    op.drop_table("decision_draft")
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_contact_here_mailbox",
            sqlite_where=sa.text("state IN ('active', 'unverified')"),
            postgresql_where=sa.text("state IN ('active', 'unverified')"),
        )
        batch_op.drop_index(batch_op.f("ix_contact_wording_id"))
        batch_op.drop_index(
            "ix_contact_without_email",
            sqlite_where=sa.text("reached_by <> 'email'"),
            postgresql_where=sa.text("reached_by <> 'email'"),
        )
        batch_op.drop_index(
            "ix_contact_stopped",
            sqlite_where=sa.text("stopped_at IS NOT NULL"),
            postgresql_where=sa.text("stopped_at IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_contact_paused",
            sqlite_where=sa.text("paused_until IS NOT NULL"),
            postgresql_where=sa.text("paused_until IS NOT NULL"),
        )
        batch_op.drop_index("ix_contact_mailbox")
        batch_op.drop_index("ix_contact_listed")
        batch_op.drop_index("ix_contact_counted")
        batch_op.drop_index(
            "ix_contact_agreed",
            sqlite_where=sa.text("mailbox IS NOT NULL"),
            postgresql_where=sa.text("mailbox IS NOT NULL"),
        )

    op.drop_table("contact")
    with op.batch_alter_table("attendance", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_attendance_person",
            sqlite_where=sa.text("person_id IS NOT NULL"),
            postgresql_where=sa.text("person_id IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_attendance_person_id"))
        batch_op.drop_index(batch_op.f("ix_attendance_group_id"))

    op.drop_table("attendance")
    op.drop_table("agreement_acceptance")
    with op.batch_alter_table("agenda_revision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_agenda_revision_group_id"))

    op.drop_table("agenda_revision")
    op.drop_table("wording")
    with op.batch_alter_table("thanks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_thanks_withdrawn_by"))
        batch_op.drop_index(batch_op.f("ix_thanks_said_by"))
        batch_op.drop_index(batch_op.f("ix_thanks_group_id_said_at"))

    op.drop_table("thanks")
    with op.batch_alter_table("taken_mail", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_taken_mail_taken_at"))
        batch_op.drop_index(batch_op.f("ix_taken_mail_group_id"))

    op.drop_table("taken_mail")
    with op.batch_alter_table("storm", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_storm_group_id_last_at"))

    op.drop_table("storm")
    with op.batch_alter_table("standing_item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_standing_item_group_id_position"))

    op.drop_table("standing_item")
    with op.batch_alter_table("shared_notice", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_shared_notice_network_id_offered_at"))

    op.drop_table("shared_notice")
    with op.batch_alter_table("second_factor_reset", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_second_factor_reset_person_id"))
        batch_op.drop_index(batch_op.f("ix_second_factor_reset_group_id"))
        batch_op.drop_index(batch_op.f("ix_second_factor_reset_asked_by"))

    op.drop_table("second_factor_reset")
    with op.batch_alter_table("role_held", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_role_held_now", sqlite_where=sa.text("until IS NULL"), postgresql_where=sa.text("until IS NULL")
        )
        batch_op.drop_index(batch_op.f("ix_role_held_person_id"))

    op.drop_table("role_held")
    with op.batch_alter_table("promise_change", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_promise_change_group_id_at"))

    op.drop_table("promise_change")
    op.drop_table("privacy_notice")
    with op.batch_alter_table("press_count", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_press_count_minute"))

    op.drop_table("press_count")
    with op.batch_alter_table("posted_update", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_posted_update_withdrawn_by"))
        batch_op.drop_index(batch_op.f("ix_posted_update_posted_by"))
        batch_op.drop_index(batch_op.f("ix_posted_update_group_id_ends_on"))

    op.drop_table("posted_update")
    with op.batch_alter_table("network_mailing", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_network_mailing_network_id_offered_at"))

    op.drop_table("network_mailing")
    op.drop_table("meeting_settings")
    with op.batch_alter_table("meeting", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_meeting_group_id_starts_at_id"))

    op.drop_table("meeting")
    with op.batch_alter_table("mailing", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mailing_sent_by"))
        batch_op.drop_index(batch_op.f("ix_mailing_scheduled_by"))
        batch_op.drop_index(
            "ix_mailing_scheduled",
            sqlite_where=sa.text("state = 'scheduled'"),
            postgresql_where=sa.text("state = 'scheduled'"),
        )
        batch_op.drop_index(batch_op.f("ix_mailing_group_id_state"))
        batch_op.drop_index(batch_op.f("ix_mailing_edited_by"))
        batch_op.drop_index(
            "ix_mailing_due",
            sqlite_where=sa.text("state IN ('held', 'going')"),
            postgresql_where=sa.text("state IN ('held', 'going')"),
        )
        batch_op.drop_index(batch_op.f("ix_mailing_begun_by"))

    op.drop_table("mailing")
    with op.batch_alter_table("list_export", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_list_export_group_id_at"))

    op.drop_table("list_export")
    with op.batch_alter_table("library_text", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_library_text_taken_from"))
        batch_op.drop_index(batch_op.f("ix_library_text_network_id"))
        batch_op.drop_index(batch_op.f("ix_library_text_group_id"))

    op.drop_table("library_text")
    with op.batch_alter_table("help_post", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_help_post_network_id_posted_at"))
        batch_op.drop_index(batch_op.f("ix_help_post_group_id"))

    op.drop_table("help_post")
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_decision_network_id_opened_at"))

    op.drop_table("decision")
    with op.batch_alter_table("belonging", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_belonging_now", sqlite_where=sa.text("ended_at IS NULL"), postgresql_where=sa.text("ended_at IS NULL")
        )
        batch_op.drop_index(
            "uq_belonging_in_one_network",
            sqlite_where=sa.text("accepted_at IS NOT NULL AND ended_at IS NULL"),
            postgresql_where=sa.text("accepted_at IS NOT NULL AND ended_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_belonging_group_id"))

    op.drop_table("belonging")
    op.drop_table("agreement")
    with op.batch_alter_table("patient_group", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_patient_group_practice_code",
            sqlite_where=sa.text("practice_code IS NOT NULL"),
            postgresql_where=sa.text("practice_code IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_patient_group_network_code"))

    op.drop_table("patient_group")
    with op.batch_alter_table("sign_in_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_session_person_id"))

    op.drop_table("sign_in_session")
    with op.batch_alter_table("sign_in_request", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_request_person_id"))
        batch_op.drop_index(batch_op.f("ix_sign_in_request_mailbox_hash_asked_at"))

    op.drop_table("sign_in_request")
    op.drop_table("second_factor")
    op.drop_table("recovery_code")
    with op.batch_alter_table("practice", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_practice_postcode_key"))
        batch_op.drop_index(batch_op.f("ix_practice_network_code"))

    op.drop_table("practice")
    with op.batch_alter_table("address_change", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_address_change_person_id_asked_at"))
        batch_op.drop_index(batch_op.f("ix_address_change_mailbox_hash_asked_at"))

    op.drop_table("address_change")
    op.drop_table("worker")
    with op.batch_alter_table("sign_in_try", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_try_key_hash_at"))

    op.drop_table("sign_in_try")
    op.drop_table("sender")
    op.drop_table("person")
    with op.batch_alter_table("outbox_message", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_outbox_message_due",
            sqlite_where=sa.text("state = 'queued'"),
            postgresql_where=sa.text("state = 'queued'"),
        )
        batch_op.drop_index(
            "ix_outbox_message_attempting",
            sqlite_where=sa.text("state = 'attempting'"),
            postgresql_where=sa.text("state = 'attempting'"),
        )
        batch_op.drop_index(batch_op.f("ix_outbox_message_about_kind_about_id"))

    op.drop_table("outbox_message")
    op.drop_table("network")
    op.drop_table("job_run")
    op.drop_table("directory_edition")
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_entry_group_id_at"))
        batch_op.drop_index(batch_op.f("ix_audit_entry_by_kind_by_id_at"))
        batch_op.drop_index(batch_op.f("ix_audit_entry_about_kind_about_id_at"))

    op.drop_table("audit_entry")
