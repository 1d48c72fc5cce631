// Joins, signs up and reads /me through the types that openapi-typescript made of the description.
import createClient from "openapi-fetch";
import type { components, paths } from "./api.js";

declare const process: { argv: string[] };

const [baseUrl = "", email = ""] = process.argv.slice(2);
const visitor = createClient<paths>({ baseUrl });

function given<Data>(answer: { data?: Data; error?: components["schemas"]["Problem"] }): Data {
  if (answer.data === undefined) throw new Error(JSON.stringify(answer.error));
  return answer.data;
}

async function tokenOfLetter(): Promise<string> {
  for (;;) {
    const letters = (await (await fetch(`${baseUrl}/_local/mail.json?to=${email}`)).json()) as { text: string }[];
    const found = letters.map((letter) => /\/sign-up\/([\w-]+)/.exec(letter.text)?.[1]).find(Boolean);
    if (found) return found;
  }
}

given(await visitor.POST("/join", { body: { email } }));
const path = { token: await tokenOfLetter() };
const nameless = await visitor.POST("/sign-up/{token}", {
  params: { path },
  body: { name: "", region: "SW", role: "peer_support_worker" },
});
const refused: components["schemas"]["Problem"] | undefined = nameless.error;
const member = given(
  await visitor.POST("/sign-up/{token}", {
    params: { path },
    body: { name: "Sinéad Ní Dhomhnaill", region: "SW", role: "peer_support_worker" },
  }),
);
const own = createClient<paths>({ baseUrl, headers: { Authorization: `Bearer ${member.session}` } });
const me = given(await own.GET("/me"));
const stranger = await visitor.GET("/me");

console.log(
  JSON.stringify({
    refused: [refused?.status, refused?.errors?.map((each) => each.field)],
    me: [me.name, me.region, me.office],
    stranger: stranger.error?.status,
  }),
);
