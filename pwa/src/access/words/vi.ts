/** What the access rooms say beyond the first page's dictionary. */
export const vi = {
  enrol: {
    title: "Kích hoạt lần đầu",
    lead: "Nhà trường đưa cho mỗi cha, mẹ hoặc người giám hộ một thư kích hoạt. Làm một lần trên điện thoại của mình, khoảng một phút.",
    code: "Mã kích hoạt",
    codeHint: "12 ký tự in trong thư, ví dụ ABCD-EFGH-JKMN",
    codeFromLink: "Đã điền sẵn từ mã QR trong thư.",
    codeWrong: "Mã kích hoạt có 12 ký tự, gồm chữ cái và chữ số. Hãy xem lại thư.",
    next: "Tiếp tục",
    passkeyTitle: "Tạo khóa đăng nhập",
    passkeyText:
      "Bước tiếp theo, điện thoại sẽ hỏi vân tay, khuôn mặt hoặc mã mở màn hình, đúng cách bạn mở điện thoại hằng ngày. Từ đó, khóa này thay cho mật khẩu.",
    passkeyPoints: [
      "Vân tay, khuôn mặt của bạn ở lại trong điện thoại, không gửi đi đâu.",
      "Không có mật khẩu để quên hay bị lộ.",
      "Chỉ mở được trang này, không mở được trang giả mạo.",
    ],
    create: "Tạo khóa",
    creating: "Đang chờ điện thoại…",
    perhapsDone:
      "Có thể lần trước đã xong mà câu trả lời không về tới máy này. Hãy thử đăng nhập; nếu không được thì nhập lại từ đầu.",
    startAgain: "Nhập lại từ đầu",
    passkeyName: (browser: string, device: string) => `${browser} trên ${device}`,
    already: "Đã kích hoạt rồi?",
    loginLink: "Đăng nhập",
  },
  login: {
    title: "Đăng nhập",
    lead: "Nhập số định danh cá nhân của bạn (người lớn), rồi mở khóa bằng vân tay, khuôn mặt hoặc mã màn hình.",
    personalCode: "Số định danh cá nhân của bạn",
    personalCodeHint: "12 chữ số, là số căn cước của bạn, không phải của con",
    personalCodeWrong: "Số định danh cá nhân có đúng 12 chữ số.",
    submit: "Mở học bạ",
    waiting: "Đang chờ điện thoại…",
    notRemembered: "Trang này không lưu số định danh của bạn trên máy.",
    noPasskey: "Chưa có khóa trên điện thoại này?",
    enrolLink: "Kích hoạt bằng thư của nhà trường",
  },
  passkey: {
    inAppTitle: (app: string) => `Bạn đang xem trong ${app}`,
    inAppText: (app: string) =>
      `Trình duyệt nằm trong ${app} không tạo được khóa đăng nhập. Hãy mở trang này bằng Chrome, Safari hoặc trình duyệt của máy.`,
    inAppSteps: [
      "Bấm dấu ba chấm (⋯ hoặc ⋮) ở góc màn hình.",
      "Chọn “Mở bằng trình duyệt” (hoặc “Mở trong Chrome”, “Mở trong Safari”).",
      "Nếu không thấy, hãy chép đường dẫn dưới đây rồi dán vào Chrome hoặc Safari.",
    ],
    otherApp: "một ứng dụng khác",
    copyLink: "Chép đường dẫn",
    copied: "Đã chép. Hãy dán vào Chrome hoặc Safari.",
    copyFailed: "Không chép được. Hãy nhấn giữ đường dẫn để chép:",
    noLockTitle: "Điện thoại chưa có khóa màn hình",
    noLockText:
      "Khóa đăng nhập cần vân tay, khuôn mặt hoặc mã mở màn hình. Hãy bật khóa màn hình trong Cài đặt → Bảo mật (Bảo mật và quyền riêng tư), rồi quay lại đây.",
    noLockAgain: "Tôi đã bật, kiểm tra lại",
    noLockDesktop:
      "Máy tính này không có vân tay, khuôn mặt hay mã PIN. Bạn vẫn có thể tiếp tục và dùng điện thoại để quét mã QR mà máy tính hiện ra.",
    unsupportedTitle: "Trình duyệt này quá cũ",
    unsupportedText:
      "Trình duyệt này chưa biết khóa đăng nhập (passkey). Hãy cập nhật Chrome hoặc Safari, hoặc dùng một điện thoại khác (Android 9 hoặc iOS 16 trở lên).",
    insecureTitle: "Đường dẫn không an toàn",
    insecureText: "Địa chỉ trang phải bắt đầu bằng https://. Hãy mở lại từ đường dẫn trong thư của nhà trường.",
    tryAnyway: "Vẫn thử ở đây",
    failed: {
      cancelled:
        "Chưa mở được khóa: bạn đã bấm hủy, để quá lâu, hoặc điện thoại này không có khóa của bạn. Hãy thử lại; nếu đổi điện thoại, hãy xin nhà trường thư kích hoạt mới.",
      cancelledEnrol:
        "Chưa tạo được khóa: bạn đã bấm hủy hoặc để quá lâu. Hãy thử lại. Nếu điện thoại chưa có khóa màn hình, hãy bật trong Cài đặt trước.",
      already_registered: "Điện thoại này đã có khóa của bạn. Hãy đăng nhập.",
      wrong_address:
        "Địa chỉ trang không đúng với địa chỉ của hệ thống. Hãy mở lại từ đường dẫn trong thư của nhà trường.",
      no_verification: "Điện thoại chưa bật khóa màn hình, vân tay hoặc khuôn mặt. Hãy bật trong Cài đặt rồi thử lại.",
      unsupported: "Trình duyệt này không dùng được loại khóa mà hệ thống cần. Hãy thử Chrome hoặc Safari mới nhất.",
      unknown: "Điện thoại báo lỗi khi mở khóa. Hãy khởi động lại trình duyệt rồi thử lại.",
    },
    clockHint: (pageTime: string) => `Giờ trên máy bạn là ${pageTime}. Giờ sai cũng làm việc đăng nhập bị từ chối.`,
  },
  clock: {
    title: "Giờ trên máy bị sai",
    text: (device: string, server: string) => `Máy này đang là ${device}, còn giờ đúng là ${server}.`,
    whatToDo:
      "Giờ sai làm trình duyệt từ chối trang an toàn và khóa đăng nhập. Hãy vào Cài đặt → Ngày và giờ, bật “Tự động”, rồi mở lại trang này.",
  },
  passkeyAlone: {
    lead: "Mở khóa bằng vân tay, khuôn mặt hoặc mã màn hình của điện thoại này. Không phải nhập gì.",
    show: "Mở bằng khóa trên máy này",
    otherwise: "Hoặc nhập số định danh",
    lostPhone: "Mất hoặc đổi điện thoại?",
    lostPhoneLink: "Xem cách làm",
  },
  waiting: {
    title: "Đang chờ nhà trường xác nhận",
    reasons: {
      personal_code_unknown:
        "Khóa đăng nhập đã tạo xong. Nhà trường chưa có số định danh cá nhân của bạn nên phải xác nhận số bạn vừa nhập là của bạn.",
      other_guardian_barred:
        "Khóa đăng nhập đã tạo xong. Tòa án đã hạn chế một người giám hộ khác của con, nên nhà trường phải xác nhận người vừa kích hoạt đúng là bạn.",
      re_enrolment:
        "Bạn vừa kích hoạt lại. Khóa cũ đã hết hiệu lực; nhà trường phải xác nhận người giữ khóa mới đúng là bạn.",
    },
    whatToDo:
      "Hãy gặp giáo viên chủ nhiệm hoặc văn phòng nhà trường, mang theo thẻ căn cước. Nhà trường xác nhận xong là xem được học bạ ngay, không phải làm lại gì.",
    since: (when: string) => `Chờ từ ${when}`,
    why: "Vì sao phải chờ?",
    lookAgain: "Xem đã xác nhận chưa",
  },
  laterLetter: {
    title: "Thêm con vào tài khoản",
    lead: (name: string) => `Bạn đang đăng nhập với tên ${name}. Con trong thư này được thêm vào tài khoản đang có.`,
    add: "Thêm con",
    adding: "Đang thêm…",
    waitingTitle: "Đang chờ nhà trường xác nhận",
    waitingText:
      "Nhà trường của con này chưa có số định danh của bạn. Hãy mang thẻ căn cước tới nhà trường; xác nhận xong, con hiện ra trong danh sách.",
    back: "Về học bạ của con",
    notMe: "Thư này không phải của tôi",
    otherAccount: "Kích hoạt tài khoản khác trên máy này",
  },
  stepUp: {
    title: "Xác nhận là bạn",
    text: "Việc này cần chắc chắn chính bạn đang cầm máy. Hãy mở khóa bằng vân tay, khuôn mặt hoặc mã màn hình một lần nữa. Xác nhận có giá trị 5 phút.",
    show: "Mở khóa để tiếp tục",
    waiting: "Đang chờ điện thoại…",
    cancel: "Thôi, không làm nữa",
    cancelled: "Chưa có gì thay đổi, vì bạn chưa xác nhận bằng khóa đăng nhập. Muốn làm thì hãy bấm lại.",
  },
};

export type AccessWords = typeof vi;
