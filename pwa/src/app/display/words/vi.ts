export const vi = {
  title: "Cỡ chữ và nền",
  text: "Cỡ chữ",
  textSizes: { usual: "Thường", large: "Lớn", larger: "Lớn hơn", largest: "Gấp đôi" },
  theme: "Nền",
  themes: { system: "Theo máy", light: "Sáng", dark: "Tối" },
  close: "Xong",
};

export type DisplayWords = typeof vi;
