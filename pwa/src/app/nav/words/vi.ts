export const vi = {
  label: "Các trang của phụ huynh",
  places: {
    cards: "Học bạ",
    shares: "Đã chia sẻ",
    history: "Ai đã xem",
    requests: "Yêu cầu",
    account: "Tài khoản",
  },
};

export type NavWords = typeof vi;
