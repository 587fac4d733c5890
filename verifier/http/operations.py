"""What the OpenAPI document says of the check beyond its types: forms of the body, and examples."""

from dataclasses import dataclass
from typing import Any

from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Example, OpenAPIFormat, OpenAPIMediaType, OpenAPIType, Operation, RequestBody, Schema

from verifier.check_batch import BatchLine
from verifier.verdict import Verdict

NDJSON_MEDIA_TYPE = "application/x-ndjson"

_FILE = Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.BINARY)
_TEXT = "https://hocba.example.vn/v#30412894650712366…"
_FILE_TYPES = ("application/pdf", "application/xml", "image/png", "image/jpeg", "image/webp")

GENUINE: dict[str, Any] = {
    "verdict": "genuine",
    "input_kind": "pdf",
    "record": {
        "record_id": "3f2b8c1e-9d4a-4f6b-8a21-5c7d9e0f1a2b",
        "name": "Nguyễn Thị Bảo Ngọc",
        "date_of_birth": "2016-03-09",
        "school_code": "01000101",
        "school_year": "2025-2026",
        "grade": 4,
        "class_group": "4A",
        "regulation": "27/2020/TT-BGDĐT",
        "results": {
            "kind": "primary",
            "subjects": [{"code": "TO", "level": "H", "score": 8}],
            "qualities": ["T", "T", "T", "T", "T"],
            "competences": ["Đ", "Đ", "Đ", "Đ", "Đ", "Đ", "Đ", "Đ", "Đ", "Đ"],
            "educational_result": "HTT",
            "promoted": True,
            "class_programme_completed": True,
            "primary_programme_completed": None,
        },
        "school_name": "Trường Tiểu học Hoa Sen",
        "issued_at": "2026-05-28T09:00:00+07:00",
    },
    "intact": {"answer": "yes", "codes": ["pdf_seal_matches", "xml_signatures_match", "pdf_parts_agree"]},
    "issuer": {
        "answer": "yes",
        "codes": ["time_proved", "sealed_by_department", "signers_approved"],
        "name": "Sở Giáo dục và Đào tạo Mẫu",
        "kid": "8d7f3b1c2a4e5f60",
    },
    "status": {"answer": "yes", "codes": ["card_in_force"]},
    "signatures": [
        {
            "role": "pdf_seal",
            "signer": "Dấu học bạ số",
            "signed_at": "2026-05-28T09:00:02+07:00",
            "level": "PAdES-B-LTA",
            "indication": "TOTAL-PASSED",
            "sub_indication": None,
        }
    ],
    "checked_at": "2026-06-15T09:00:00+07:00",
    "lists": {"trust_age_seconds": 86400, "status_age_seconds": 3600},
}
ALTERED: dict[str, Any] = {
    "verdict": "altered",
    "input_kind": "xml",
    "record": None,
    "intact": {"answer": "no", "codes": ["xml_data_altered"]},
    "issuer": {"answer": "unknown", "codes": [], "name": None, "kid": None},
    "status": {"answer": "unknown", "codes": []},
    "signatures": [
        {
            "role": "homeroom_teacher",
            "signer": None,
            "signed_at": None,
            "level": "XMLDSig",
            "indication": "TOTAL-FAILED",
            "sub_indication": "HASH_FAILURE",
        }
    ],
    "checked_at": "2026-06-15T09:00:00+07:00",
    "lists": {"trust_age_seconds": None, "status_age_seconds": None},
}
BATCH_LINES: list[dict[str, Any]] = [
    {"input": "4A/bao-ngoc.pdf", "position": 1, "total": 2, **GENUINE},
    {"input": "4A/forged.xml", "position": 2, "total": 2, **ALTERED},
]

VERDICT_SPEC = ResponseSpec(
    Verdict,
    description="The verdict. A forged or unreadable card is an answer, not an error.",
    generate_examples=False,
    examples=[Example(id="genuine", value=GENUINE), Example(id="altered", value=ALTERED)],
)
BATCH_SPEC = ResponseSpec(
    BatchLine,
    description="A verdict a line, in the zip's order, each sent when it is reached.",
    media_type=NDJSON_MEDIA_TYPE,
    generate_examples=False,
    examples=[Example(id=f"line {line['position']}", value=line) for line in BATCH_LINES],
)


@dataclass
class VerifyOperation(Operation):
    """The forms in which one card comes."""

    def __post_init__(self) -> None:
        text = Schema(type=OpenAPIType.OBJECT, properties={"text": Schema(type=OpenAPIType.STRING)}, required=["text"])
        form = Schema(type=OpenAPIType.OBJECT, properties={"file": _FILE}, required=["file"])
        content = {media_type: OpenAPIMediaType(schema=_FILE) for media_type in _FILE_TYPES}
        content["text/plain"] = OpenAPIMediaType(
            schema=Schema(type=OpenAPIType.STRING), examples={"qr": Example(value=_TEXT)}
        )
        content["application/json"] = OpenAPIMediaType(schema=text, examples={"qr": Example(value={"text": _TEXT})})
        content["multipart/form-data"] = OpenAPIMediaType(schema=form)
        self.request_body = RequestBody(
            content=content, required=True, description="The file itself, at most 20 MB; or what a QR says."
        )


@dataclass
class VerifyBatchOperation(Operation):
    """Many cards come in a zip."""

    def __post_init__(self) -> None:
        self.request_body = RequestBody(
            content={"application/zip": OpenAPIMediaType(schema=_FILE)},
            required=True,
            description="A zip of PDFs, XMLs, photos and texts: at most 100 MB, 500 files, 500 MB unpacked.",
        )
