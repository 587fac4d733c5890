import { useState } from "preact/hooks";
import { ErrorBoundary, LocationProvider, lazy, Route, Router } from "preact-iso";
import { HomePage } from "../home/HomePage.tsx";
import { LanguageProvider } from "../i18n/language.tsx";
import { BrokenPage } from "./BrokenPage.tsx";
import { ConfigurationProvider } from "./configuration.tsx";
import { Footer } from "./Footer.tsx";
import { Header } from "./Header.tsx";
import { NotFoundPage } from "./NotFoundPage.tsx";
import { UpdateBanner } from "./UpdateBanner.tsx";

const EnrolPage = lazy(() => import("../access/EnrolPage.tsx").then((module) => module.EnrolPage));
const LoginPage = lazy(() => import("../access/LoginPage.tsx").then((module) => module.LoginPage));
const ChildrenPage = lazy(() => import("../children/ChildrenPage.tsx").then((module) => module.ChildrenPage));
const CardPage = lazy(() => import("../card/CardPage.tsx").then((module) => module.CardPage));
const VerifyPage = lazy(() => import("../verify/VerifyPage.tsx").then((module) => module.VerifyPage));

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
                  <Route path="/v" component={VerifyPage} />
                  <Route default component={NotFoundPage} />
                </Router>
              </ErrorBoundary>
            )}
          </main>
          <Footer />
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
