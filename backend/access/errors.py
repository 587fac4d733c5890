"""How access is refused. The code is all that the outside learns."""

from backend.errors import BackendError, NotFoundError


class AccessRefusedError(BackendError):
    """Root of refusals: whoever asks is not let in."""

    code = "access_refused"


class ActivationRefusedError(AccessRefusedError):
    """Activation code or personal code is not right, or the code is used, ended or out of tries; not told apart."""

    code = "activation_refused"


class LoginRefusedError(AccessRefusedError):
    """Unknown personal code, unknown passkey or a signature that is not its own; not told apart."""

    code = "login_refused"


class CeremonyEndedError(AccessRefusedError):
    """The challenge is used, older than five minutes, or of another browser; begin again."""

    code = "ceremony_ended"


class SessionEndedError(AccessRefusedError):
    """No session, or it has ended; log in."""

    code = "session_ended"


class StepUpRequiredError(BackendError):
    """The session is in force, and for this its owner has to show the passkey again first."""

    code = "step_up_required"


class RegistrationRejectedError(AccessRefusedError):
    """What the authenticator made is not a passkey that we can rely on."""

    code = "passkey_refused"


class AuthenticationRejectedError(AccessRefusedError):
    """What the authenticator signed does not prove that its owner is here now."""

    code = "passkey_refused"


class PasskeyClonedError(AccessRefusedError):
    """The signature counter went back: two devices hold this passkey. It is ended, the school has to enrol anew."""

    code = "passkey_cloned"


class PasskeyEndedError(AccessRefusedError):
    """The passkey was right and opens nothing any more; the code says why. Only its holder gets here."""

    code = "passkey_enrolled_anew"


class GuardianMayNotEnrolError(BackendError):
    """This guardian has no pupil whose cards they may read now, so there is nothing to enrol for."""

    code = "guardian_may_not_enrol"


class EnrolmentNotFoundError(NotFoundError):
    """Nothing waits under this id, or not for this school."""

    code = "enrolment_not_found"


class EnrolmentRefusedError(BackendError):
    """The register says otherwise, so that it cannot be confirmed."""

    code = "enrolment_refused"


class PersonalCodeMalformedError(BackendError):
    """A personal code has twelve digits."""

    code = "personal_code_malformed"


class AccountNotFoundError(NotFoundError):
    """No such passkey, session or notice of this account."""

    code = "account_item_not_found"


class AccountRefusedError(BackendError):
    """Not as the account stands."""

    code = "account_refused"


class AccountWaitsError(BackendError):
    """The school has not confirmed yet who holds the passkey of this account."""

    code = "account_waits"


class TooManyAttemptsError(BackendError):
    """More attempts than any honest person makes; ``retry_after_seconds`` says when to come back."""

    code = "too_many_attempts"

    def __init__(self, *, retry_after_seconds: int) -> None:
        self.retry_after_seconds = retry_after_seconds
        super().__init__(retry_after_seconds=retry_after_seconds)
