import { useState } from "preact/hooks";
import { ErrorBoundary, LocationProvider, lazy, Route, Router } from "preact-iso";
import { HomePage } from "../home/HomePage.tsx";
import { LanguageProvider } from "../i18n/language.tsx";
import { BrokenPage } from "./BrokenPage.tsx";
import { ConfigurationProvider } from "./configuration.tsx";
import { Footer } from "./Footer.tsx";
import { Header } from "./Header.tsx";
import { NotFoundPage } from "./NotFoundPage.tsx";
import { ParentNavSlot } from "./nav/ParentNavSlot.tsx";
import { UpdateBanner } from "./UpdateBanner.tsx";

const EnrolPage = lazy(() => import("../access/EnrolPage.tsx").then((module) => module.EnrolPage));
const LoginPage = lazy(() => import("../access/LoginPage.tsx").then((module) => module.LoginPage));
const ChildrenPage = lazy(() => import("../children/ChildrenPage.tsx").then((module) => module.ChildrenPage));
const CardPage = lazy(() => import("../card/CardPage.tsx").then((module) => module.CardPage));
const SharesPage = lazy(() => import("../share/SharesPage.tsx").then((module) => module.SharesPage));
const NewSharePage = lazy(() => import("../share/NewSharePage.tsx").then((module) => module.NewSharePage));
const ReceiverPage = lazy(() => import("../share/ReceiverPage.tsx").then((module) => module.ReceiverPage));
const HistoryPage = lazy(() => import("../history/HistoryPage.tsx").then((module) => module.HistoryPage));
const RequestsPage = lazy(() => import("../requests/RequestsPage.tsx").then((module) => module.RequestsPage));
const AccountPage = lazy(() => import("../account/AccountPage.tsx").then((module) => module.AccountPage));
const VerifyPage = lazy(() => import("../verify/VerifyPage.tsx").then((module) => module.VerifyPage));
const HelpPage = lazy(() => import("../help/HelpPage.tsx").then((module) => module.HelpPage));

// One file for the staff's pages behind the login: whoever opens one will open the others.
const staffPages = () => import("../staff/pages.ts");
const StaffHomePage = lazy(() => staffPages().then((module) => module.StaffHomePage));
const StaffEnrolPage = lazy(() => import("../staff/StaffEnrolPage.tsx").then((module) => module.StaffEnrolPage));
const StaffLoginPage = lazy(() => import("../staff/StaffLoginPage.tsx").then((module) => module.StaffLoginPage));
const SigningListPage = lazy(() => staffPages().then((module) => module.SigningListPage));
const ListedCardPage = lazy(() => staffPages().then((module) => module.ListedCardPage));
const PeoplePage = lazy(() => staffPages().then((module) => module.PeoplePage));
const BatchPage = lazy(() => staffPages().then((module) => module.BatchPage));

export function App() {
  const [broken, setBroken] = useState(false);
  return (
    <LanguageProvider>
      <ConfigurationProvider>
        <LocationProvider>
          <Header />
          <main id="content" tabIndex={-1}>
            {broken ? (
              <BrokenPage />
            ) : (
              <ErrorBoundary onError={() => setBroken(true)}>
                <Router onRouteChange={showFromTop}>
                  <Route path="/" component={HomePage} />
                  <Route path="/kich-hoat" component={EnrolPage} />
                  <Route path="/dang-nhap" component={LoginPage} />
                  <Route path="/con" component={ChildrenPage} />
                  <Route path="/hoc-ba/:record_id" component={CardPage} />
                  <Route path="/chia-se" component={SharesPage} />
                  <Route path="/chia-se/moi" component={NewSharePage} />
                  <Route path="/x" component={ReceiverPage} />
                  <Route path="/nhat-ky" component={HistoryPage} />
                  <Route path="/yeu-cau" component={RequestsPage} />
                  <Route path="/v" component={VerifyPage} />
                  <Route path="/tai-khoan" component={AccountPage} />
                  <Route path="/tro-giup" component={HelpPage} />
                  <Route path="/truong" component={StaffHomePage} />
                  <Route path="/truong/kich-hoat" component={StaffEnrolPage} />
                  <Route path="/truong/dang-nhap" component={StaffLoginPage} />
                  <Route path="/truong/ky/:role_id" component={SigningListPage} />
                  <Route path="/truong/ky/:role_id/:record_id" component={ListedCardPage} />
                  <Route path="/truong/luot-ky/:batch_id" component={BatchPage} />
                  <Route path="/truong/can-bo/:school_code" component={PeoplePage} />
                  <Route default component={NotFoundPage} />
                </Router>
              </ErrorBoundary>
            )}
          </main>
          <Footer />
          <ParentNavSlot />
          <UpdateBanner />
        </LocationProvider>
      </ConfigurationProvider>
    </LanguageProvider>
  );
}

/** A new page begins at its top, and a screen reader hears it from there. */
function showFromTop(): void {
  window.scrollTo(0, 0);
  document.getElementById("content")?.focus({ preventScroll: true });
}
