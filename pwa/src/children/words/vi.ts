/** What the children's page says beyond the first page's dictionary. */
export const vi = {
  ownTitle: "Học bạ của tôi",
  goTo: "Chọn học sinh",
  earlierYears: (n: number) => `${n} năm học trước`,
  olderCard: (day: string) => `Bản phát hành ${day}, xem chỗ khác nhau`,
  whatToDo: {
    supplementary_lessons:
      "Nhà trường hướng dẫn, giúp đỡ rồi đánh giá bổ sung. Hãy hỏi giáo viên chủ nhiệm: học gì, học ngày nào, đánh giá lại ngày nào.",
    reexamination: "Hãy hỏi giáo viên chủ nhiệm phải kiểm tra lại môn nào, ngày nào, đăng kí ra sao.",
    summer_training: "Hãy hỏi giáo viên chủ nhiệm nội dung, nơi rèn luyện và ai nhận xét kết quả.",
    personal_code:
      "Hãy đưa cho nhà trường số định danh cá nhân của học sinh, ghi trên giấy khai sinh hoặc thẻ căn cước.",
  },
  share: "Chia sẻ",
  history: "Ai đã xem",
  requests: "Sửa sai, yêu cầu",
  forChild: (name: string) => `Việc với học bạ của ${name}`,
  consent: {
    title: "Cha mẹ có được xem không?",
    lead: "Từ 18 tuổi, bạn quyết định. Cho phép hay thôi cho phép có hiệu lực ngay.",
    none: "Hiện không có cha, mẹ hay người giám hộ nào để quyết định.",
    may: "Được xem",
    mayNot: "Không được xem",
    since: (day: string) => `được xem từ ${day}`,
    allow: "Cho xem tiếp",
    end: "Thôi cho xem",
    relations: { mother: "Mẹ", father: "Cha", guardian: "Người giám hộ" },
  },
};

export type ChildrenWords = typeof vi;
