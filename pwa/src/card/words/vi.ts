/** What a card's page says beyond the first page's dictionary. */
export const vi = {
  printNote:
    "Trang in để xem. Bản có giá trị là tệp PDF hoặc XML có chữ ký số; bản giấy chỉ có giá trị khi trường phát hành hoặc Sở xác nhận, hoặc được chứng thực.",
  share: "Chia sẻ",
  correct: "Báo chỗ sai",
  summerTitle: "Việc cần làm trong hè",
  until: (day: string) => `Hạn: ngày ${day}.`,
  why: {
    title: "Vì sao có các kết quả này?",
    lead: "Quy định đứng sau từng kết quả, và còn thiếu gì để được mức cao hơn.",
    result: "Học bạ ghi",
    ask: "Thấy chưa đúng? Đề nghị nhà trường xem lại",
    source: (article: string, regulation: string) => `Theo điều ${article}, ${regulation}`,
    groups: {
      educational: "Đánh giá kết quả giáo dục",
      learning: "Kết quả học tập",
      training: "Kết quả rèn luyện",
      movingUp: "Được lên lớp",
      title: "Khen thưởng cuối năm",
      toDate: "Kết quả tới ngày chuyển trường",
    },
  },
};

export type CardWords = typeof vi;
