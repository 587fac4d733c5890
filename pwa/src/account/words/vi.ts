/** Every sentence of the account's page. */
export const vi = {
  title: "Tài khoản",
  back: "Học bạ của con",
  personalCodeEnding: (ending: string) => `Số định danh cá nhân: ••• ••• ••• ${ending}`,
  anotherChild: "Thêm con",
  anotherChildText:
    "Nhận được thư kích hoạt cho con khác thì thêm vào tài khoản này: quét mã QR trong thư, hoặc nhập mã.",
  anotherChildLink: "Thêm con bằng thư kích hoạt",
  logOut: "Đăng xuất trên máy này",
  logOutText: "Đăng xuất xóa luôn học bạ đã lưu trên máy để xem khi không có mạng.",
  notices: {
    seen: "Đã xem",
    notYou: "Nếu không phải bạn hoặc người thân làm, hãy báo ngay cho nhà trường.",
    otherKind: (name: string) => `Tài khoản có thay đổi: ${name}.`,
    kinds: {
      re_enrolled: (name: string) =>
        `${name} vừa kích hoạt lại trên một máy mới. Khóa cũ của người này đã hết hiệu lực.`,
      enrolment_confirmed: () => "Nhà trường đã xác nhận tài khoản của bạn.",
      passkey_added: (name: string) => `Tài khoản của bạn có thêm khóa đăng nhập: ${name}.`,
      passkey_removed: (name: string) => `Một khóa đăng nhập của bạn đã bị xóa: ${name}.`,
      child_added: (name: string) => `Tài khoản của bạn có thêm học sinh: ${name}.`,
      letter_refused: (name: string) =>
        `Nhà trường không xác nhận thư kích hoạt của ${name} là của bạn. Hãy hỏi nhà trường.`,
      personal_code_changed: () => "Nhà trường đã ghi số định danh mới của bạn.",
      personal_code_refused: () => "Nhà trường không xác nhận số định danh mới của bạn. Hãy hỏi nhà trường.",
      consent_given: (name: string) => `${name} đồng ý cho bạn xem tiếp học bạ.`,
      consent_ended: (name: string) =>
        `${name} đã đủ 18 tuổi và thôi cho bạn xem học bạ. Muốn xem lại, hãy hỏi chính ${name}.`,
      own_consent_given: (name: string) =>
        `Bạn đã cho ${name} xem học bạ. Nếu không phải bạn làm: bấm “Thôi cho xem” và báo nhà trường.`,
      own_consent_ended: (name: string) =>
        `Bạn đã thôi cho ${name} xem học bạ. Nếu không phải bạn làm, hãy báo nhà trường.`,
    },
  },
  passkeys: {
    title: "Khóa đăng nhập",
    text: "Mỗi máy của bạn có thể giữ một khóa. Máy bị mất thì xóa khóa của máy đó.",
    whatIsIt: "Khóa đăng nhập là gì?",
    current: "Đang dùng",
    registered: (day: string) => `Tạo ngày ${day}`,
    lastUsed: (when: string) => `dùng lần cuối ${when}`,
    backedUp: "Có sao lưu trong tài khoản Google hoặc iCloud: mất máy không mất khóa.",
    onlyHere: "Chỉ có trên máy này: mất máy là mất khóa.",
    lastOne: "Đây là khóa duy nhất nên không xóa được. Nên thêm một khóa trên máy khác để phòng khi mất điện thoại.",
    rename: "Đổi tên",
    newName: "Tên mới của khóa",
    renameNow: "Lưu tên",
    renamed: (name: string) => `Đã đổi tên khóa thành “${name}”.`,
    cancel: "Thôi",
    remove: "Xóa",
    removeTitle: (name: string) => `Xóa khóa “${name}”?`,
    removeText: "Máy giữ khóa này không đăng nhập được nữa, và bị đăng xuất ngay.",
    removeCurrentText: "Đây là khóa bạn đang dùng. Xóa xong, bạn bị đăng xuất và phải đăng nhập bằng khóa khác.",
    removeNow: "Xóa khóa này",
    removed: (name: string) => `Đã xóa khóa “${name}”.`,
    add: "Thêm khóa trên máy này",
    already: "Máy này đã giữ một khóa của bạn rồi, không cần thêm.",
    adding: "Đang chờ điện thoại…",
    addHint:
      "Muốn thêm khóa trên máy khác: đăng nhập trên máy đó (quét mã QR bằng điện thoại này), rồi bấm nút này ở đó.",
    added: (name: string) => `Đã thêm khóa “${name}”.`,
  },
  sessions: {
    title: "Máy đang đăng nhập",
    text: "Thấy máy lạ thì đăng xuất máy đó, rồi xóa khóa của nó.",
    current: "Máy này",
    unknownDevice: "Máy không rõ",
    started: (when: string) => `Đăng nhập lúc ${when}`,
    lastSeen: (when: string) => `Hoạt động lần cuối ${when}`,
    logOutThere: "Đăng xuất ở đó",
  },
  personalCode: {
    title: "Số định danh của tôi đã đổi",
    text: "Nhà trường đối chiếu giấy tờ rồi mới ghi số mới. Trong khi chờ, bạn vẫn đăng nhập bằng số cũ.",
    hint: "12 chữ số trên thẻ căn cước mới của bạn",
    ask: "Gửi nhà trường xác nhận",
    waiting: "Đã gửi. Hãy mang thẻ căn cước tới nhà trường để xác nhận.",
  },
};

export type AccountWords = typeof vi;
