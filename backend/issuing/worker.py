"""What a worker process does: load keys, fonts and lists once, then issue card after card.

Errors come back as values: what a card failed of is data for the next run, and exceptions do not travel well.
"""

import traceback
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from msgspec import Struct

from backend.archive.objects import Objects, ObjectStoreError
from backend.archive.publish_lists import verify_served_lists
from backend.errors import BackendError
from backend.issuing.issue_card import CardIssuer, IssuedPdf
from backend.issuing.store import WaitingCard
from backend.signing.errors import (
    EvidenceUnavailableError,
    KeyUnavailableError,
    SigningError,
    TimestampUnavailableError,
)
from backend.signing.evidence import EvidenceGatherer
from backend.signing.key_settings import KeySettings
from backend.signing.open_keys import open_organisation_keys
from backend.signing.timestamps import TimestampAuthorities
from verifier.check_steps import timestamp_authorities
from verifier.errors import VerifierError
from verifier.trust import RootUse


class WorkerSetup(Struct, frozen=True):
    """What a worker needs to begin; plain values, so that it can be handed to another process."""

    keys: KeySettings
    timestamp_urls: tuple[str, ...]
    crls: tuple[bytes, ...]
    """Revocation lists at hand, beside those that certificates name."""
    store_url: str
    lists: Mapping[str, bytes]
    """The lists as the public gets them, by name."""
    trust_anchor: str
    public_url: str


class CardFailure(Struct, frozen=True):
    """Why a card was not issued."""

    code: str
    details: dict[str, str | int]
    passing: bool
    """Not the card's fault: an authority, the HSM or the object store did not answer."""


class WorkerNotReady(Struct, frozen=True):
    """Why no card can be issued here: a key may not be used, and trying again would not change it."""

    code: str
    details: dict[str, str | int]


class _Loaded(Struct, frozen=True):
    issuer: CardIssuer
    objects: Objects


_loaded: list[_Loaded | CardFailure | WorkerNotReady] = []
"""This process's own, once ``load_worker`` has run: one at most."""


def load_worker(setup: WorkerSetup, now: datetime) -> None:
    """Get this process ready; called once, before any card.

    What cannot be opened is the answer to each card: a pool whose processes end at once would blame cards for it.
    """
    try:
        _loaded.append(_load(setup, now))
    except (KeyUnavailableError, ObjectStoreError) as error:
        _loaded.append(CardFailure(error.reason, dict(error.details), passing=True))
    except SigningError as error:
        _loaded.append(WorkerNotReady(error.reason, dict(error.details)))


def issue_waiting_card(card: WaitingCard, now: datetime) -> IssuedPdf | CardFailure | WorkerNotReady:
    """Issue one card in this process."""
    loaded = _loaded[0]
    if not isinstance(loaded, _Loaded):
        return loaded
    try:
        xml = loaded.objects.get(card.xml_object, expected_sha256=card.xml_sha256)
        return loaded.issuer.issue(xml, now)
    except (TimestampUnavailableError, EvidenceUnavailableError, KeyUnavailableError, ObjectStoreError) as error:
        return CardFailure(error.reason, dict(error.details), passing=True)
    except (BackendError, SigningError, VerifierError) as error:
        return CardFailure(error.reason, dict(error.details), passing=False)
    except Exception as error:  # noqa: BLE001  # a defect of ours must cost this card, not the evening's run
        return defect(error)


def defect(error: BaseException) -> CardFailure:
    """Kind and place of what nobody foresaw. Its text stays away: libraries quote what they were given, a card."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"
    return CardFailure("issuing_defect", {"kind": type(error).__name__, "place": place}, passing=False)


def _load(setup: WorkerSetup, now: datetime) -> _Loaded:
    lists = verify_served_lists(setup.lists, trust_anchor=setup.trust_anchor, now=now).lists
    trust = lists.trust
    timestamp_roots = () if trust is None else timestamp_authorities(trust)
    school_roots = () if trust is None else tuple(root.certificate for root in trust.roots_for(RootUse.SCHOOLS))
    issuer = CardIssuer(
        open_organisation_keys(setup.keys),
        TimestampAuthorities(setup.timestamp_urls, expected_roots=timestamp_roots),
        EvidenceGatherer(expected_roots=school_roots, crls=setup.crls),
        lists=lists,
        public_url=setup.public_url,
    )
    return _Loaded(issuer, Objects(setup.store_url))
