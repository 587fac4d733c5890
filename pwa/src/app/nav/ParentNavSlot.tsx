import { ErrorBoundary, lazy, useLocation } from "preact-iso";

const ParentNav = lazy(() => import("./ParentNav.tsx").then((module) => module.ParentNav));

const PARENT_PAGES = /^\/(?:con|hoc-ba\/[^/]+|chia-se(?:\/moi)?|nhat-ky|yeu-cau|tai-khoan)\/?$/;

/** The parents' own pages lead to each other; nobody else is shown where they lead. */
export function ParentNavSlot() {
  const { path } = useLocation();
  if (!PARENT_PAGES.test(path)) return null;
  return (
    <div class="parent-nav-slot">
      <ErrorBoundary>
        <ParentNav path={path} />
      </ErrorBoundary>
    </div>
  );
}
