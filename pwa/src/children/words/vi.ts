/** What the children's page says beyond the first page's dictionary. */
export const vi = {
  ownTitle: "Học bạ của tôi",
  goTo: "Chọn học sinh",
  earlierYears: (n: number) => `${n} năm học trước`,
  olderCard: (day: string) => `Bản phát hành ${day}, xem chỗ khác nhau`,
  whatToDo: {
    supplementary_lessons:
      "Nhà trường hướng dẫn, giúp đỡ rồi đánh giá bổ sung. Hãy hỏi giáo viên chủ nhiệm: học gì, học ngày nào, đánh giá lại ngày nào.",
    reexamination: "Hãy hỏi giáo viên chủ nhiệm phải kiểm tra lại môn nào, ngày nào, đăng ký ra sao.",
    summer_training: "Hãy hỏi giáo viên chủ nhiệm nội dung, nơi rèn luyện và ai nhận xét kết quả.",
    personal_code:
      "Hãy đưa cho nhà trường số định danh cá nhân của học sinh, ghi trên giấy khai sinh hoặc thẻ căn cước.",
  },
  share: "Chia sẻ",
  history: "Ai đã xem",
  requests: "Sửa sai, yêu cầu",
  forChild: (name: string) => `Việc với học bạ của ${name}`,
  ofAge: {
    soonTitle: (name: string) => `${name} sắp đủ 18 tuổi`,
    soonText: (day: string) => `Từ ngày ${day}, con tự quyết định về học bạ: bạn chỉ xem tiếp được khi con đồng ý.`,
    soonToDo:
      "Trước ngày đó, hãy nhắc con tới trường nhận thư kích hoạt của riêng mình. Con chưa có tài khoản thì từ ngày đó cả nhà chưa ai xem được.",
    soonReady: "Con đã có tài khoản riêng. Tới ngày đó, con đăng nhập rồi chọn cho bạn xem tiếp.",
    grownTitle: (name: string) => `${name} đã đủ 18 tuổi`,
    grownText: (day: string) => `Từ ngày ${day}, con tự quyết định về học bạ; bạn xem tiếp được khi con đồng ý.`,
    grownToDo:
      "Con chưa có tài khoản riêng: hãy nhắc con tới trường nhận thư kích hoạt. Kích hoạt xong, con cho bạn xem tiếp ngay được.",
    grownReady: "Hãy hỏi con: trong tài khoản của mình, con mở “Cha mẹ có được xem không?” rồi chọn “Cho xem tiếp”.",
    ownTitle: "Tài khoản của bạn đã sẵn sàng",
    ownText: (day: string) =>
      `Từ ngày ${day}, khi đủ 18 tuổi, bạn xem học bạ của mình ở đây và quyết định cha mẹ có được xem tiếp không. Trước ngày đó, cha mẹ hoặc người giám hộ xem.`,
    more: "Khi đủ 18 tuổi: đọc thêm",
  },
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
