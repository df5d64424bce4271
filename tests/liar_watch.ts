/** A Worker that tells what stands in a file, again and again: the liar's own process gives its right to read away. @module */
self.onmessage = ({ data: path }: MessageEvent<string>) => {
  const tell = () => self.postMessage(JSON.parse(Deno.readTextFileSync(path)));
  tell();
  setInterval(tell, 200);
};
