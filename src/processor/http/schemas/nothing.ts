import Type from "typebox";
import { closed } from "./figures.ts";

/** An endpoint that takes no parameters. */
export const noParameters = Type.Object({}, closed);
