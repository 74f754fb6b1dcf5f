import { render } from "preact";
import { App } from "./app.tsx";
import { createDashboard, DashboardContext } from "./dashboard.ts";

render(
  <DashboardContext.Provider value={createDashboard(window)}>
    <App />
  </DashboardContext.Provider>,
  document.getElementById("app")!,
);
