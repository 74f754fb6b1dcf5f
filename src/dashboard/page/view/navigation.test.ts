import { expect, test } from "bun:test";
import { createNavigation } from "./navigation.ts";

function rig(search = "") {
  const pushed: string[] = [];
  const location = { search, pathname: "/" };
  let popped = () => {};
  const navigation = createNavigation({
    location,
    history: {
      pushState: (_data, _unused, url) => {
        pushed.push(url);
        location.search = url.slice(url.indexOf("?") < 0 ? url.length : url.indexOf("?"));
      },
    },
    addEventListener: (_type, listener) => {
      popped = listener;
    },
  });
  const goBackTo = (address: string) => {
    location.search = address;
    popped();
  };
  return { ...navigation, pushed, goBackTo };
}

test("a change of the view goes into the address, and what is taken away leaves it", () => {
  const { view, go, pushed } = rig("?by=gpu");
  go({ range: { kind: "all" }, panel: { kind: "sources" } });
  go({ panel: undefined });
  expect(pushed).toEqual(["/?range=all&by=gpu&show=sources", "/?range=all&by=gpu"]);
  expect(view.get()).not.toHaveProperty("panel");
});

test("a change to the same view is no step to go back", () => {
  const { go, pushed } = rig();
  go({ by: "model" });
  expect(pushed).toEqual([]);
});

test("the browser's back is followed", () => {
  const { view, goBackTo } = rig("?range=1h");
  goBackTo("?range=6h");
  expect(view.get().range).toEqual({ kind: "last", span: "6h" });
});
