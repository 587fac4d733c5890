import "../style/staff.css";

export { BatchPage } from "./BatchPage.tsx";
export { ListedCardPage } from "./ListedCardPage.tsx";
export { PeoplePage } from "./PeoplePage.tsx";
export { SigningListPage } from "./SigningListPage.tsx";
export { StaffHomePage } from "./StaffHomePage.tsx";
