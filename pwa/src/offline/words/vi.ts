/** What pages say when they show what was kept on the device. */
export const vi = {
  title: "Đang xem bản lưu trên máy",
  asOf: (when: string) =>
    `Không có mạng. Nội dung này đọc từ máy chủ lúc ${when}; từ đó đến nay có thể đã có thay đổi. Tải PDF, XML cần có mạng.`,
  retry: "Tải lại khi có mạng",
};

export type OfflineWords = typeof vi;
