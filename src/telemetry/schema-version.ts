/** Of the events that are sent. By itself, since whoever only sends some does not need what checks them. */
export const SCHEMA_VERSION = 1;
