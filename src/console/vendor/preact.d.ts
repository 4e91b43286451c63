/** The browser knows no package names: the build copies preact to this place (config/build-console.mjs). */
export * from "preact";
