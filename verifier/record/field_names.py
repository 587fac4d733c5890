"""Element names of the ministry's XML that reader and writer share (2088, annex 1.1; secondary in the same manner)."""

from verifier.record.levels import EducationLevel

QUALITY_FIELDS = (
    "PHAM_CHAT_YEU_NUOC",
    "PHAM_CHAT_NHAN_AI",
    "PHAM_CHAT_CHAM_CHI",
    "PHAM_CHAT_TRUNG_THUC",
    "PHAM_CHAT_TRACH_NHIEM",
)
"""In the order of ``transcript.QUALITIES``."""

COMPETENCE_FIELDS = (
    "NANG_LUC_TU_CHU_TU_HOC",
    "NANG_LUC_GIAO_TIEP_HOC_TAC",
    "NANG_LUC_GIAI_QUYET_VAN_DE_SANG_TAO",
    "NANG_LUC_NGON_NGU",
    "NANG_LUC_TINH_TOAN",
    "NANG_LUC_KHOA_HOC",
    "NANG_LUC_CONG_NGHE",
    "NANG_LUC_TIN_HOC",
    "NANG_LUC_THAM_MI",
    "NANG_LUC_THE_CHAT",
)
"""In the order of ``transcript.COMPETENCES``."""

PERIOD_SUFFIXES = ("HOC_KY_1", "HOC_KY_2", "CA_NAM", "SAU_HE")
"""Endings of ``KET_QUA_HOC_TAP_…`` and ``KET_QUA_REN_LUYEN_…``, in the order of ``PeriodLevels``."""

PROGRAMME_COMPLETED_FIELDS = {
    EducationLevel.LOWER_SECONDARY: "DA_HOAN_THANH_CHUONG_TRINH_THCS",
    EducationLevel.UPPER_SECONDARY: "DA_HOAN_THANH_CHUONG_TRINH_THPT",
}

SIGNER_CODE_FIELDS = ("SO_CCCD_GIAM_HIEU_KY_HOC_BA", "SO_CCCD_GIAO_VIEN_CHU_NHIEM")
"""Personal codes of those who sign, in ``THONG_TIN_CHUNG``."""

UNEXCUSED_ABSENCES_FIELD = "THONG_SO_BUOI_NGHI_KHONG_PHEP"
"""Spelled so in 2088."""

NOT_ASSESSED_FIELD = "CO_KHUYET_TAT_KHONG_DANH_GIA"
"""Disabled pupil, not assessed; named after the sector database's cokhuyettatkhongdanhgia."""

RESULTS_UNTIL_FIELD = "KET_QUA_TINH_DEN_NGAY"
"""Day up to which results stand, on the card of a pupil who changed schools during the year; our own element."""
