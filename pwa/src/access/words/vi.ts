/** What the access rooms say beyond the first page's dictionary. */
export const vi = {
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
