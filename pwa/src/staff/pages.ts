import "../style/staff.css";

export { BatchPage } from "./BatchPage.tsx";
export { ListedCardPage } from "./ListedCardPage.tsx";
export { PeoplePage } from "./PeoplePage.tsx";
export { SigningListPage } from "./SigningListPage.tsx";
export { StaffEnrolPage } from "./StaffEnrolPage.tsx";
export { StaffHomePage } from "./StaffHomePage.tsx";
export { StaffLoginPage } from "./StaffLoginPage.tsx";
