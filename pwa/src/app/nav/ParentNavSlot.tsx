import { ErrorBoundary, lazy, useLocation } from "preact-iso";

const ParentNav = lazy(() => import("./ParentNav.tsx").then((module) => module.ParentNav));

const PARENT_PAGES = /^\/(?:con|hoc-ba\/[^/]+|chia-se(?:\/moi)?|nhat-ky|yeu-cau|tai-khoan)\/?$/;

/** The parents' own pages lead to each other; nobody else is shown where they lead. */
export function ParentNavSlot() {
  const { path } = useLocation();
  return <ErrorBoundary>{PARENT_PAGES.test(path) && <ParentNav path={path} />}</ErrorBoundary>;
}
