/** What the page of looks says. */
export const vi = {
  title: "Ai đã xem học bạ",
  lead: "Mọi lần mở học bạ đều được ghi lại: cha mẹ, người của nhà trường, người nhận liên kết. Không ai xóa được.",
  pupil: "Học sinh",
  noPupil: "Hiện chưa có học sinh nào gắn với tài khoản này.",
  none: "Chưa có ai mở học bạ này.",
  more: "Xem cũ hơn",
  by: {
    guardian: "Cha, mẹ hoặc người giám hộ",
    pupil: "Chính học sinh",
    staff: "Người của nhà trường, Sở",
    school_system: "Phần mềm của nhà trường",
    share: "Người nhận liên kết",
  },
  roles: {
    mother: "mẹ",
    father: "cha",
    guardian: "người giám hộ",
    self: "học sinh",
    homeroom_teacher: "giáo viên chủ nhiệm",
    manager: "cán bộ quản lý",
    clerk: "văn thư",
    department_officer: "cán bộ Sở",
  },
  what: {
    list: "Mở danh sách học bạ",
    card: "Xem học bạ",
    pdf: "Tải PDF",
    xml: "Tải XML",
  },
  saidByReceiver: (said: string) => `Tự khai, không ai kiểm tra: ${said}`,
  sharedBy: (name: string) => `Mở bằng liên kết của ${name}`,
  report: "Báo lần xem đáng ngờ",
  reportText: "Vì sao bạn thấy lần xem này không đúng?",
  reportHint: "Nhà trường và Sở sẽ xem lại.",
  reportWrong: "Hãy viết vài dòng để nhà trường biết.",
  reportSend: "Gửi báo cáo",
  reportedOn: (day: string) => `Bạn đã báo ngày ${day}.`,
};

export type HistoryWords = typeof vi;
