"""The bitrate: never above the ceiling, never up without stable measurements in a row, down under congestion."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from breeze_protocol.desktop import messages as m
from breeze_protocol.desktop.engine import Bitrate, Measurement, from_stats, profile_limits
from breeze_protocol.limits import DEFAULTS

FULL_HD = 1920 * 1080
FINE, LOSSY = 0.0, 0.5
LEAST = int(DEFAULTS["desktop_bitrate_least"])

measurements = st.builds(
    Measurement,
    loss=st.floats(0, 1),
    latency=st.floats(0, 5),
    throughput=st.floats(0, 1e8),
    sent=st.none() | st.floats(0, 1e8),
)
steps = st.lists(st.tuples(st.none() | measurements, st.floats(0, 3)), max_size=80)
"""What is measured (None: a clean line, fully used), and how long after the one before."""


def used(engine: Bitrate, loss: float = FINE, latency: float = 0.05, delivered: float = 1.0) -> Measurement:
    return Measurement(loss, latency, engine.bitrate * delivered, float(engine.bitrate))


def warm(engine: Bitrate) -> float:
    now = 0.0
    while engine.running.state == "warming":
        now += 1.0
        engine.measured(used(engine), now)
    return now


def is_stable(engine: Bitrate, given_: Measurement, least_latency: float) -> bool:
    """What the specification calls stable, said anew: nothing lost, no queue, and the bitrate in use."""
    sent = given_.throughput if given_.sent is None else given_.sent
    delivered = given_.throughput / sent if sent else 1.0
    return (
        given_.loss <= 0.02
        and given_.latency - least_latency <= 0.1
        and delivered >= 0.7
        and max(sent, given_.throughput) >= 0.5 * engine.bitrate
    )


@pytest.mark.clause("DESK-110", "DESK-115", "DESK-116")
@given(
    steps,
    st.integers(1, 4 * FULL_HD),
    st.booleans(),
    st.sampled_from(["documented", "deployed-2026-04", "deployed-2026-08"]),
    st.integers(1, 4_000_000),
)
def test_bitrate_stays_between_least_and_ceiling_whatever_is_measured(
    given_: list[tuple[Measurement | None, float]], pixels: int, software: bool, profile: str, asked: int
) -> None:
    engine = Bitrate(pixels, software, profile_limits(profile))
    engine.limit(asked, 0.0)
    now = 0.0
    for measurement, later in given_:
        now += later
        engine.measured(measurement or used(engine), now)
        assert LEAST <= engine.bitrate <= engine.ceiling


@pytest.mark.clause("DESK-110")
@pytest.mark.parametrize(("profile", "needed"), [("documented", 2), ("deployed-2026-04", 3)])
@given(given_=steps)
def test_bitrate_never_rises_without_enough_stable_measurements_in_a_row(
    profile: str, needed: int, given_: list[tuple[Measurement | None, float]]
) -> None:
    engine = Bitrate(FULL_HD, limits=profile_limits(profile))
    now, latencies, in_a_row = warm(engine), [0.05], 0
    for each, later in given_:
        measurement = each or used(engine)
        now += later
        latencies = [*latencies, measurement.latency][-60:]
        in_a_row = in_a_row + 1 if is_stable(engine, measurement, min(latencies)) else 0
        before = engine.bitrate
        engine.measured(measurement, now)
        if engine.bitrate > before:
            assert in_a_row >= needed
            in_a_row = 0


@pytest.mark.clause("DESK-111")
@given(st.floats(0.2, 1.0), st.floats(0.5, 3))
def test_sustained_loss_brings_the_bitrate_down_to_the_least(loss: float, interval: float) -> None:
    engine = Bitrate(FULL_HD)
    now, seen = warm(engine), [engine.bitrate]
    for _ in range(40):
        now += interval
        engine.measured(used(engine, loss), now)
        seen.append(engine.bitrate)

    assert seen == sorted(seen, reverse=True)
    assert seen[-1] == LEAST


@pytest.mark.clause("DESK-110", "DESK-116")
@given(st.sampled_from([1280 * 720, FULL_HD, 4 * FULL_HD]), st.booleans())
def test_clean_line_brings_the_bitrate_up_to_the_ceiling_and_no_further(pixels: int, software: bool) -> None:
    engine = Bitrate(pixels, software)
    now = warm(engine)
    for _ in range(120):
        now += 1.0
        engine.measured(used(engine), now)

    assert engine.bitrate == engine.ceiling


@pytest.mark.clause("DESK-110")
def test_second_stable_measurement_raises_and_the_first_does_not() -> None:
    engine = Bitrate(FULL_HD)
    now = warm(engine)

    assert engine.measured(used(engine), now + 1) == []
    raised = engine.measured(used(engine), now + 2)

    assert [effect.body for effect in raised] == [2_900_000]
    assert engine.measured(used(engine), now + 3) == []


@pytest.mark.clause("DESK-112")
@pytest.mark.parametrize("between", ["loss", "delay", "idle"])
def test_uncertain_measurement_begins_the_row_anew(between: str) -> None:
    engine = Bitrate(FULL_HD)
    now = warm(engine)
    odd = {
        "loss": used(engine, 0.05),
        "delay": used(engine, latency=0.2),
        "idle": Measurement(0.0, 0.05, engine.bitrate * 0.1, engine.bitrate * 0.1),
    }[between]
    engine.measured(used(engine), now + 1)
    engine.measured(odd, now + 2)

    assert engine.measured(used(engine), now + 3) == []
    assert engine.measured(used(engine), now + 4) != []


@pytest.mark.clause("DESK-111")
@pytest.mark.parametrize(
    ("congested", "expected"),
    [
        (Measurement(0.5, 0.05, 2_500_000, 2_500_000), 2_125_000),
        (Measurement(0.0, 0.31, 2_500_000, 2_500_000), 2_125_000),
        (Measurement(0.0, 0.05, 1_000_000, 2_500_000), 1_000_000),
        (Measurement(0.0, 0.05, 100_000, 2_500_000), 500_000),
    ],
    ids=["loss", "delay", "throughput", "least"],
)
def test_each_sign_of_congestion_cuts_at_once(congested: Measurement, expected: int) -> None:
    engine = Bitrate(FULL_HD)
    now = warm(engine)

    assert [effect.body for effect in engine.measured(congested, now + 1)] == [expected]


@pytest.mark.clause("DESK-113")
def test_what_is_measured_right_after_a_change_is_not_believed() -> None:
    engine = Bitrate(FULL_HD)
    now = warm(engine)
    engine.measured(used(engine, LOSSY), now + 1)
    cut = engine.bitrate

    engine.measured(used(engine, LOSSY), now + 1.4)
    assert engine.bitrate == cut
    engine.measured(used(engine, LOSSY), now + 1.5)
    assert engine.bitrate < cut


@pytest.mark.clause("DESK-114")
def test_first_measurements_change_nothing() -> None:
    engine = Bitrate(FULL_HD)

    assert engine.measured(used(engine, 1.0), 1.0) == []
    assert engine.measured(used(engine, 1.0), 2.0) == []
    assert engine.bitrate == 2_500_000


@pytest.mark.clause("DESK-118")
def test_long_route_is_no_congestion_and_a_new_one_is_learnt() -> None:
    engine = Bitrate(FULL_HD)
    now = 0.0
    for _ in range(10):
        now += 1.0
        engine.measured(used(engine, latency=0.9), now)

    assert engine.bitrate > 2_500_000


@pytest.mark.clause("DESK-115")
@given(st.integers(1, 200_000_000))
def test_viewer_sets_the_ceiling_within_the_helpers_own(asked: int) -> None:
    engine = Bitrate(FULL_HD)

    engine.limit(asked, 0.0)

    assert engine.ceiling == min(max(asked, LEAST), 8_000_000)
    assert engine.bitrate <= engine.ceiling


@pytest.mark.clause("DESK-116")
def test_ceiling_follows_size_and_encoder() -> None:
    engine = Bitrate(FULL_HD)
    assert engine.ceiling == 8_000_000

    engine.resized(FULL_HD + 1, False, 1.0)
    assert engine.ceiling == 15_000_000
    engine.resized(FULL_HD + 1, True, 2.0)
    assert engine.ceiling == 4_000_000


@pytest.mark.clause("DESK-117")
def test_profile_of_deployed_helpers_takes_three_and_after_a_cut_four() -> None:
    engine = Bitrate(FULL_HD, limits=profile_limits("deployed-2026-04"))
    now = warm(engine)
    raised = [second for second in range(1, 4) if engine.measured(used(engine), now + second)]
    engine.measured(used(engine, latency=0.5), now + 4)
    raised += [second for second in range(5, 10) if engine.measured(used(engine), now + second)]

    assert raised == [3, 8]


@pytest.mark.clause("DESK-119")
def test_pictures_a_second_follow_the_bitrate() -> None:
    engine = Bitrate(FULL_HD)

    assert engine.fps(60) == 60
    assert engine.fps(30) == 30
    engine.limit(LEAST, 1.0)
    assert engine.fps(60) == 12


@pytest.mark.clause("DESK-048")
def test_report_of_a_viewer_joins_packets_and_pictures() -> None:
    stats = m.ViewerStats(
        rtt_ms=40,
        packets_lost_delta=10,
        packets_received_delta=90,
        frames_decoded=90,
        frames_dropped_delta=10,
        kbps=2000,
    )

    report = from_stats(stats)

    assert (round(report.loss, 6), report.latency, report.throughput) == (0.19, 0.04, 2_000_000.0)
    assert from_stats(m.ViewerStats(packets_lost_delta=-3)).loss == 0.0
    assert from_stats(m.ViewerStats(frames_dropped_delta=3)).loss == 0.5


@pytest.mark.parametrize("wrong", [math.nan, math.inf, -0.1])
@pytest.mark.parametrize("field", ["loss", "latency", "throughput", "sent"])
def test_measurement_that_is_no_number_is_refused(field: str, wrong: float) -> None:
    fine = {"loss": 0.0, "latency": 0.0, "throughput": 0.0, "sent": 0.0}

    with pytest.raises(ValueError, match=field):
        Measurement(**{**fine, field: wrong})
