/** One question that parents ask, with its answer. Ids stand in links all over the app: they stay. */
export interface HelpSection {
  readonly id: string;
  readonly title: string;
  readonly text: readonly string[];
  /** What to do, in order. */
  readonly steps?: readonly string[];
  readonly link?: { readonly href: string; readonly label: string };
}

export const vi = {
  title: "Trợ giúp",
  lead: "Những điều cha mẹ hay hỏi. Trang này in ra giấy được.",
  contents: "Các câu hỏi",
  print: "In trang này",
  sections: [
    {
      id: "bat-dau",
      title: "Bắt đầu như thế nào?",
      text: [
        "Mỗi cha, mẹ hoặc người giám hộ nhận một thư kích hoạt riêng của nhà trường, có mã QR.",
        "Thư quá 14 ngày, đã dùng, hoặc gõ sai năm lần thì xin nhà trường thư mới; thư cũ hết hiệu lực.",
      ],
      steps: [
        "Quét mã QR trong thư bằng máy ảnh của điện thoại mình. Thư dùng được một lần, trong 14 ngày.",
        "Nhập số định danh cá nhân của bạn: 12 chữ số trên thẻ căn cước của bạn, không phải của con.",
        "Mở khóa bằng vân tay, khuôn mặt hoặc mã màn hình để tạo khóa đăng nhập. Xong.",
      ],
      link: { href: "/kich-hoat", label: "Kích hoạt lần đầu" },
    },
    {
      id: "khoa",
      title: "Khóa đăng nhập (passkey) là gì?",
      text: [
        "Là cách đăng nhập thay cho mật khẩu. Điện thoại giữ khóa; bạn mở nó đúng như mở điện thoại hằng ngày: vân tay, khuôn mặt hoặc mã màn hình.",
        "Vân tay và khuôn mặt không rời khỏi máy. Không có mật khẩu để quên hay bị lừa lấy mất, và trang giả mạo không dùng được khóa này.",
        "Điện thoại cần có khóa màn hình. Một người có thể có nhiều khóa, ví dụ một khóa trên điện thoại và một khóa trên máy tính: thêm ở trang Tài khoản.",
      ],
      link: { href: "/tai-khoan", label: "Mở trang Tài khoản" },
    },
    {
      id: "mat-dien-thoai",
      title: "Mất điện thoại, đổi điện thoại",
      text: [
        "Điện thoại mất mà có khóa màn hình thì người khác không mở được học bạ.",
        "Nếu khóa được sao lưu trong tài khoản Google hoặc iCloud của bạn, hãy đăng nhập tài khoản đó trên máy mới: khóa tự có lại.",
      ],
      steps: [
        "Nếu còn thiết bị khác có khóa: mở trang Tài khoản trên máy đó, bấm “Đăng xuất ở đó” và xóa khóa của máy đã mất.",
        "Nếu không: xin nhà trường một thư kích hoạt mới, rồi kích hoạt trên máy mới. Mọi khóa cũ hết hiệu lực ngay.",
        "Kích hoạt lại thì phải chờ nhà trường xác nhận mới xem được học bạ, và người giám hộ khác của con nhận được thông báo.",
      ],
    },
    {
      id: "cho-xac-nhan",
      title: "Vì sao phải chờ nhà trường xác nhận?",
      text: [
        "Để người nhặt được thư kích hoạt không xem được học bạ của con bạn. Nhà trường xác nhận trong ba trường hợp: trường chưa có số định danh của bạn, tòa án đã hạn chế một người giám hộ khác của con, hoặc bạn kích hoạt lại.",
        "Hãy liên hệ giáo viên chủ nhiệm hoặc văn phòng nhà trường, mang theo căn cước. Xác nhận xong, bạn mở lại trang là thấy học bạ, không phải làm lại gì.",
        "Trong khi chờ, bạn vẫn tải được dữ liệu của tài khoản và xóa được tài khoản, ở trang Tài khoản.",
      ],
    },
    {
      id: "hai-phu-huynh",
      title: "Cha và mẹ có cùng xem được không?",
      text: [
        "Có. Mỗi người có thư riêng, khóa riêng, tài khoản riêng. Xin đừng dùng chung: nhật ký ghi ai đã mở học bạ.",
        "Người giám hộ này không xem được tài khoản, không đổi được khóa của người kia. Khi tòa án quyết định một người không được tiếp cận con, nhà trường chặn người đó ngay, và các liên kết người đó đã chia sẻ hết hiệu lực.",
      ],
    },
    {
      id: "nhieu-con",
      title: "Nhà có nhiều con, học nhiều trường",
      text: [
        "Một tài khoản xem được tất cả các con. Nhận được thư kích hoạt cho con thứ hai thì quét mã QR trong khi đang đăng nhập: con được thêm vào tài khoản đang có.",
      ],
    },
    {
      id: "ung-dung-chat",
      title: "Mở từ Zalo, Facebook thì không tạo được khóa",
      text: ["Trình duyệt nằm trong ứng dụng chat không tạo được khóa đăng nhập. Hãy mở bằng trình duyệt của máy:"],
      steps: [
        "Bấm dấu ba chấm (⋯ hoặc ⋮) ở góc màn hình.",
        "Chọn “Mở bằng trình duyệt”, “Mở trong Chrome” hoặc “Mở trong Safari”.",
        "Không thấy thì chép đường dẫn rồi dán vào Chrome hoặc Safari.",
      ],
    },
    {
      id: "sai",
      title: "Điểm hoặc thông tin bị sai",
      text: [
        "Học bạ đã ký thì không ai sửa được, kể cả hệ thống này. Sai thì nhà trường thu hồi và phát hành học bạ mới thay thế; bản cũ vẫn còn, ghi rõ là đã thay thế và khác ở đâu.",
        "Hãy báo giáo viên chủ nhiệm, hoặc gửi yêu cầu sửa ngay trên trang này khi đang đăng nhập; nhà trường phải trả lời trong thời hạn luật định.",
      ],
      link: { href: "/yeu-cau", label: "Gửi yêu cầu sửa" },
    },
    {
      id: "chuyen-truong",
      title: "Chuyển trường, nộp hồ sơ",
      text: [
        "Tải tệp PDF của học bạ rồi nộp cho trường mới: chữ ký số nằm trong tệp. Trường mới quét mã QR hoặc thả tệp vào trang kiểm tra là biết thật hay không.",
        "Bản in trên giấy chỉ có giá trị khi trường phát hành hoặc Sở xác nhận, hoặc được chứng thực.",
      ],
      link: { href: "/v", label: "Trang kiểm tra học bạ" },
    },
    {
      id: "lien-ket",
      title: "Liên kết chia sẻ không mở được",
      text: [
        "Trang của liên kết nói rõ vì sao: hết hạn, đã bị thu lại, chỉ mở được một lần, hoặc bị khóa vì nhập sai mật mã nhiều lần. Liên kết đã hết thì không mở lại được: phụ huynh tạo liên kết mới ở trang Chia sẻ, mất chừng một phút.",
        "Báo “không có liên kết này” thường là do ứng dụng chat hoặc thư điện tử cắt mất đoạn cuối. Hãy chép cả liên kết rồi dán vào trình duyệt, hoặc quét mã QR mà phụ huynh đưa.",
        "Liên kết cũng ngừng khi người tạo không còn quyền xem học bạ, chẳng hạn khi con đủ 18 tuổi. Phụ huynh xem từng liên kết, ai đã mở, còn hiệu lực không ở trang Chia sẻ.",
      ],
      link: { href: "/chia-se", label: "Mở trang Chia sẻ" },
    },
    {
      id: "ai-xem",
      title: "Ai xem được học bạ của con?",
      text: [
        "Cha mẹ, người giám hộ của con; thầy cô, cán bộ của trường con học trong phạm vi công việc; Sở Giáo dục và Đào tạo. Ngoài ra chỉ người mà bạn chia sẻ.",
        "Người quét mã QR trên giấy chỉ thấy phần để đối chiếu: họ tên, ngày sinh, trường, lớp, kết quả. Không thấy số định danh, địa chỉ, nhận xét.",
      ],
      link: { href: "/nhat-ky", label: "Xem ai đã mở học bạ" },
    },
    {
      id: "phi",
      title: "Có mất phí không?",
      text: [
        "Không. Theo quy định, học bạ số không phát sinh chi phí với người học. Ai đòi tiền để xem học bạ là lừa đảo.",
        "Nhà trường không bao giờ hỏi mã kích hoạt hay mã màn hình của bạn qua điện thoại hay tin nhắn.",
      ],
    },
    {
      id: "18-tuoi",
      title: "Khi con đủ 18 tuổi",
      text: [
        "Từ ngày sinh nhật 18 tuổi, học bạ thuộc quyền của con. Con nhận thư kích hoạt của riêng mình; cha mẹ xem tiếp được khi con đồng ý.",
        "Nhà trường in thư riêng cho con sớm nhất là tám tháng trước ngày đó. Con nên kích hoạt trước sinh nhật: tài khoản tự mở vào đúng ngày. Nếu tới ngày mà con chưa có tài khoản thì cả nhà chưa ai xem được, cho đến khi con xin thư ở trường và kích hoạt.",
        "Để cha mẹ xem tiếp, con đăng nhập, mở “Cha mẹ có được xem không?” dưới học bạ của mình rồi chọn “Cho xem tiếp”. Con thôi cho xem lúc nào cũng được.",
      ],
    },
    {
      id: "khong-mang",
      title: "Xem khi không có mạng",
      text: [
        "Học bạ đã mở trong lần đăng nhập này xem lại được khi mất mạng, có ghi là đọc từ lúc nào. Bản lưu được mã hóa và tự xóa khi bạn đăng xuất hoặc khi hết phiên (12 giờ).",
        "Trang kiểm tra học bạ cũng dùng được khi không có mạng.",
      ],
    },
    {
      id: "man-hinh-chinh",
      title: "Đặt trang này lên màn hình điện thoại",
      text: [
        "Không cần tải ứng dụng. Muốn mở bằng một chạm:",
        "Android (Chrome): bấm ⋮, chọn “Thêm vào màn hình chính”. iPhone (Safari): bấm nút Chia sẻ, chọn “Thêm vào MH chính”.",
      ],
    },
    {
      id: "de-doc",
      title: "Chữ nhỏ, màn hình chói",
      text: ["Bấm nút “Aa” ở đầu trang để chọn cỡ chữ lớn đến gấp đôi và nền tối. Lựa chọn được nhớ trên máy này."],
    },
    {
      id: "giup-them",
      title: "Vẫn chưa được?",
      text: [
        "Hãy gặp giáo viên chủ nhiệm hoặc văn phòng nhà trường, và cho biết trang đã báo câu gì. Thư kích hoạt mới do nhà trường cấp, không ai khác.",
      ],
    },
  ] as readonly HelpSection[],
};

export type HelpWords = typeof vi;
