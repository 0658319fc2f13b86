"""Forgetting by itself."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask

from pcnppg.post.jobs.periodic import Periodic
from pcnppg.post.models import JobRun
from pcnppg.store.session import session
from tests.conftest import THE_DAY
from tests.membership.stories import ask, my_token, sign_ups, the_group

PAT = "pat@example.com"


def test_the_worker_forgets_by_itself(inside: Flask) -> None:
    group = the_group()
    ask(group, PAT)
    my_token(group, PAT)
    lent = inside.extensions["worker"].jobs
    (ours,) = [job for job in lent if job.name == "membership.forget_old"]
    Periodic([ours]).run_due(THE_DAY + timedelta(days=14))
    assert not sign_ups(group)
    assert session().query(JobRun).count() == 1
