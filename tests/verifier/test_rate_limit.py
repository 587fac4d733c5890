"""So many requests a window, and headers that say the truth about them."""

from verifier.rate_limit import RateLimit, RateLimiter

LIMIT = RateLimit("verify", requests=2, window_seconds=60)


def test_requests_beyond_the_limit_are_refused_until_the_window_ends() -> None:
    limiter = RateLimiter(LIMIT)

    counted = [limiter.count("a", now_seconds=seconds) for seconds in (100.0, 110.5, 120.0, 159.9, 160.0)]

    assert [one.allowed for one in counted] == [True, True, False, False, True]
    assert [one.remaining for one in counted] == [1, 0, 0, 0, 1]
    assert [one.resets_in_seconds for one in counted] == [60, 50, 40, 1, 60]


def test_senders_are_counted_apart() -> None:
    limiter = RateLimiter(LIMIT)

    assert [limiter.count(sender, now_seconds=0.0).remaining for sender in ("a", "b", "a")] == [1, 1, 0]


def test_headers_name_the_policy_and_what_is_left() -> None:
    limiter = RateLimiter(LIMIT)
    limiter.count("a", now_seconds=0.0)

    allowed, refused = (limiter.count("a", now_seconds=10.0).headers() for _ in range(2))

    assert allowed == {"RateLimit-Policy": '"verify";q=2;w=60', "RateLimit": '"verify";r=0;t=50'}
    assert refused == {**allowed, "Retry-After": "50"}


def test_only_so_many_senders_are_remembered() -> None:
    limiter = RateLimiter(LIMIT, max_senders=2)
    for sender in ("a", "b", "c"):
        limiter.count(sender, now_seconds=0.0)

    assert set(limiter._windows) == {"b", "c"}
