"""Every answer of the API is as its description says, whatever is asked."""

from tests.contract import administered, held


def test_every_operation_answers_as_described_and_none_is_out_of_reach(tmp_path, models):
    with administered(tmp_path / "home", models) as (archive, secret):
        answered = held(archive, secret, examples=12)
    assert {
        name: min(statuses) for name, statuses in answered.items() if min(statuses) >= 300
    } == {}
