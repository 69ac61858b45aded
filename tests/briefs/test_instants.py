from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefs.errors import BadInstant
from briefs.instants import Instant, instant, objections_to, read_stamp, stamp

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "at", "wall", "zone"),
    [
        ("2026-11-24 09:00 Europe/Brussels", "2026-11-24T08:00:00Z", "2026-11-24 09:00", None),
        ("2026-07-24 09:00 Europe/Brussels", "2026-07-24T07:00:00Z", "2026-07-24 09:00", None),
        ("2026-11-24 09:00 +01:00", "2026-11-24T08:00:00Z", "2026-11-24 09:00", "+01:00"),
        ("2026-11-24T09:00:30-03:30", "2026-11-24T12:30:30Z", "2026-11-24 09:00", "-03:30"),
        ("2026-11-24 09:00Z", "2026-11-24T09:00:00Z", "2026-11-24 09:00", "Z"),
        ("2026-11-24 09:00 UTC", "2026-11-24T09:00:00Z", "2026-11-24 09:00", "UTC"),
        ("  2026-11-24 09:00  ", "2026-11-24T08:00:00Z", "2026-11-24 09:00", None),
        # On the days when the clocks change, an offset says which reading is meant.
        ("2026-10-25 02:30 +02:00", "2026-10-25T00:30:00Z", "2026-10-25 02:30", "+02:00"),
        ("2026-10-25 02:30 +01:00", "2026-10-25T01:30:00Z", "2026-10-25 02:30", "+01:00"),
        ("2026-03-29 01:59 Europe/Brussels", "2026-03-29T00:59:00Z", "2026-03-29 01:59", None),
        ("2026-03-29 03:00 Europe/Brussels", "2026-03-29T01:00:00Z", "2026-03-29 03:00", None),
        ("2028-02-29 09:00", "2028-02-29T08:00:00Z", "2028-02-29 09:00", None),
    ],
)
def test_a_moment_is_kept_in_utc_and_as_it_was_written(text, at, wall, zone):
    assert instant(text, "Europe/Brussels") == Instant(
        read_stamp(at), wall, zone or "Europe/Brussels"
    )


GAP = "does not exist in {}, as the clocks change; it could be {} and {}: write the one you mean"
TWICE = "exists twice in {}, as the clocks change; it could be {} and {}: write the one you mean"
NO_MOMENT = "“{}” is no moment; write 2026-11-24 09:00 Europe/Brussels"

# Rows 73 and 74 of the list of bad inputs, and what else people write.
BAD = {
    "2026-03-29 02:30 Europe/Brussels": "2026-03-29 02:30 "
    + GAP.format("Europe/Brussels", "2026-03-29T00:30:00Z", "2026-03-29T01:30:00Z"),
    "2026-03-29 01:30 Europe/London": "2026-03-29 01:30 "
    + GAP.format("Europe/London", "2026-03-29T00:30:00Z", "2026-03-29T01:30:00Z"),
    "2026-03-08 02:30 America/New_York": "2026-03-08 02:30 "
    + GAP.format("America/New_York", "2026-03-08T06:30:00Z", "2026-03-08T07:30:00Z"),
    "2026-10-25 02:30 Europe/Brussels": "2026-10-25 02:30 "
    + TWICE.format("Europe/Brussels", "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"),
    "2026-10-25 01:30 Europe/London": "2026-10-25 01:30 "
    + TWICE.format("Europe/London", "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"),
    "2026-04-05 01:45 Australia/Lord_Howe": "2026-04-05 01:45 "
    + TWICE.format("Australia/Lord_Howe", "2026-04-04T14:45:00Z", "2026-04-04T15:15:00Z"),
    "2026-06-30 23:59:60": "“2026-06-30 23:59:60” does not exist (second must be in 0..59); "
    "correct the date",
    "2026-02-30 09:00": "“2026-02-30 09:00” does not exist (day is out of range for month); "
    "correct the date",
    "2026-11-24 25:00": "“2026-11-24 25:00” does not exist (hour must be in 0..23); "
    "correct the date",
    "0000-01-01 00:00": "“0000-01-01 00:00” does not exist (year 0 is out of range); "
    "correct the date",
    "0001-01-01 00:00 +14:00": "“0001-01-01 00:00” lies outside the calendar; correct the date",
    "9999-12-31 23:59 America/New_York": "“9999-12-31 23:59:00” lies outside the calendar; "
    "correct the date",
    "2026-11-24 09:00 +25:00": "“+25:00” is no offset; write one as +01:00",
    "2026-11-24 09:00 -99:99": "“-99:99” is no offset; write one as +01:00",
    "2026-11-24 09:00 Mars/Base": "“Mars/Base” is no time zone; name one as Europe/Brussels",
    "2026-11-24 09:00 Europe": "“Europe” is no time zone; name one as Europe/Brussels",
    "2026-11-24 09:00 x" + "/x" * 31: "“x" + "/x" * 31 + "” is no time zone; "
    "name one as Europe/Brussels",
    "2026-11-24 09:00 x" + "/x" * 5_000: NO_MOMENT.format("2026-11-24 09:00 x" + "/x" * 11),
    "2026-11-24 09:00 ../etc/passwd": NO_MOMENT.format("2026-11-24 09:00 ../etc/passwd"),
    "2026-11-24": NO_MOMENT.format("2026-11-24"),
    "0000": NO_MOMENT.format("0000"),
    "tomorrow": NO_MOMENT.format("tomorrow"),
    "": NO_MOMENT.format(""),
    "2026-11-24 9:00": NO_MOMENT.format("2026-11-24 9:00"),
    "2026-11-24 09:00 Europe/Brussels please": NO_MOMENT.format(
        "2026-11-24 09:00 Europe/Brussels please"
    ),
    "9" * 5_000: NO_MOMENT.format("9" * 40),
}


@pytest.mark.parametrize("text", BAD, ids=lambda text: text[:40] or "nothing")
def test_a_moment_that_is_none_or_two_is_refused_with_what_to_write(text):
    with pytest.raises(BadInstant) as refusal:
        instant(text, "UTC")

    assert str(refusal.value) == BAD[text]


def test_the_default_zone_has_its_gap_too():
    with pytest.raises(BadInstant, match="does not exist in Europe/Brussels"):
        instant("2026-03-29 02:30", "Europe/Brussels")


@pytest.mark.parametrize(
    ("moment", "objections"),
    [
        (NOW, []),
        (NOW + timedelta(days=732), []),
        (
            NOW - timedelta(seconds=1),
            ["choose a moment to come, or publish now: 2026-11-24T07:59:59Z is past"],
        ),
        (
            NOW + timedelta(days=732, seconds=1),
            ["choose a moment within two years: 2028-11-25T08:00:01Z is further"],
        ),
        (
            datetime(9999, 12, 31, tzinfo=UTC),
            ["choose a moment within two years: 9999-12-31T00:00:00Z is further"],
        ),
        (
            datetime(1, 1, 1, tzinfo=UTC),
            ["choose a moment to come, or publish now: 0001-01-01T00:00:00Z is past"],
        ),
    ],
)
def test_a_moment_of_publication_lies_ahead_and_within_two_years(moment, objections):
    assert objections_to(moment, NOW) == objections


@given(st.datetimes(timezones=st.timezones()).filter(lambda moment: 1 < moment.year < 9999))
def test_a_stamp_comes_back_and_sorts_as_the_moments_do(moment):
    whole = moment.replace(microsecond=0)

    assert read_stamp(stamp(moment)) == whole.astimezone(UTC)
    assert len(stamp(moment)) == 20
    assert (stamp(moment) < stamp(NOW)) == (whole.astimezone(UTC) < NOW)


@pytest.mark.parametrize("text", ["2026-11-24", "2026-11-24T08:00:00+00:00", "", "now"])
def test_another_form_is_no_stamp(text):
    with pytest.raises(ValueError, match="does not match format"):
        read_stamp(text)


@given(st.one_of(st.text(), st.from_regex(r"\d{4}-\d\d-\d\d \d\d:\d\d [A-Z+-][0-9A-Za-z:/]*")))
def test_text_of_any_kind_is_a_moment_or_is_refused(text):
    try:
        found = instant(text, "Europe/Brussels")
    except BadInstant:
        return

    assert read_stamp(stamp(found.at)) == found.at
