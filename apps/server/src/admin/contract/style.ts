/** Of the page of the contract. Both colour schemes keep 4.5:1 for text. */
export const STYLE = `
:root{--ground:#fff;--panel:#f6f7f9;--line:#d9dde3;--text:#1b1f24;--quiet:#56606c;--accent:#1756a9;--green:#19692f;--amber:#845000;--red:#a3261d}
@media(prefers-color-scheme:dark){:root{--ground:#15181c;--panel:#1e2329;--line:#343b45;--text:#e6e9ed;--quiet:#a3adb9;--accent:#8ab8f5;--green:#7fcf92;--amber:#e3b35c;--red:#f29b93}}
*{box-sizing:border-box}
html{scroll-padding-top:16px}
body{margin:0;background:var(--ground);color:var(--text);font:16px/1.5 system-ui,sans-serif;display:grid;grid-template-columns:232px minmax(0,1fr)}
a{color:var(--accent)}
nav{position:sticky;top:0;height:100vh;overflow:auto;padding:24px 16px;border-right:1px solid var(--line);background:var(--panel)}
.home{margin:0 8px 16px;font-weight:600}.home span{color:var(--quiet);font-weight:400}
nav ul{list-style:none;margin:0;padding:0}
nav a{display:flex;justify-content:space-between;gap:8px;padding:6px 8px;border-radius:4px;color:var(--text);text-decoration:none}
nav a:hover{background:var(--ground)}
nav a span,.quiet,.type{color:var(--quiet);font-variant-numeric:tabular-nums}
main{padding:32px 32px 96px;max-width:960px;width:100%}
h1{font-size:28px;margin:0 0 16px}
h2{font-size:21px;margin:56px 0 8px}
h3{font-size:16px;margin:32px 0 8px}
h4{font-size:13px;margin:24px 0 4px;color:var(--quiet);font-weight:600}
p{margin:8px 0;max-width:72ch}
code,pre,.path,.method{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.875em}
dt code{overflow-wrap:anywhere}
pre{background:var(--panel);border:1px solid var(--line);border-radius:4px;padding:12px;overflow-x:auto;margin:8px 0}
details{border:1px solid var(--line);border-radius:6px;margin:8px 0;padding:0 16px}
details[open]{padding-bottom:16px}
summary{display:grid;grid-template-columns:64px minmax(0,1fr);gap:0 8px;align-items:baseline;padding:10px 16px;margin:0 -16px;cursor:pointer;list-style:none}
summary::-webkit-details-marker{display:none}
summary:hover{background:var(--panel)}
summary:focus-visible,a:focus-visible{outline:2px solid var(--accent);outline-offset:-2px}
details[open]>summary{border-bottom:1px solid var(--line);margin-bottom:8px}
.path{overflow-wrap:anywhere}
.what{grid-column:2;color:var(--quiet);font-size:.9375em}
.method{font-weight:700}
.get{color:var(--accent)}.post{color:var(--green)}.put,.patch{color:var(--amber)}.delete{color:var(--red)}
.must{display:inline-block;font-size:.75rem;color:var(--quiet);border:1px solid var(--line);border-radius:4px;padding:0 6px;white-space:nowrap}
dl{margin:0}
dl>div{display:grid;grid-template-columns:minmax(0,2fr) minmax(0,5fr);gap:4px 16px;padding:6px 0;border-top:1px solid var(--line)}
dl>div:first-child{border-top:0}
dt{overflow-wrap:anywhere}
dd{margin:0;overflow-wrap:anywhere}
.within{grid-column:1/-1;border-left:2px solid var(--line);padding-left:12px;margin:4px 0}
@media(max-width:760px){
body{display:block}
nav{position:static;height:auto;border-right:0;border-bottom:1px solid var(--line);padding:12px 16px}
.home{margin:0 0 8px}
nav ul{display:flex;flex-wrap:wrap;gap:4px 16px}
nav a{padding:2px 0;text-decoration:underline}
main{padding:16px 16px 64px}
dl>div{grid-template-columns:1fr;gap:0}
summary{grid-template-columns:56px minmax(0,1fr)}
}
@media print{nav{display:none}body{display:block}}
`
