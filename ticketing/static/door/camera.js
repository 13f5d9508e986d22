// Codes that the camera sees: by the browser's own detector, else by jsQR.
const GAP = 120; // milliseconds between two looks
const SAME_CODE = 2500; // milliseconds for which a code that stays in view is the same scan
const WIDEST = 800; // pixels that jsQR looks at

export async function startCamera(video, found) {
  const stream = await navigator.mediaDevices.getUserMedia({
    video: { facingMode: "environment", width: { ideal: 1280 } },
    audio: false,
  });
  video.srcObject = stream;
  await video.play();
  const look = await looker();
  let last = "";
  let lastAt = 0;
  async function once() {
    const code = document.hidden || video.readyState < 2 ? "" : await look(video);
    const now = performance.now();
    if (code && (code !== last || now - lastAt > SAME_CODE)) found(code);
    if (code) [last, lastAt] = [code, now];
    if (stream.active) setTimeout(once, GAP);
  }
  once();
  return () => stream.getTracks().forEach((track) => track.stop());
}

async function looker() {
  if ("BarcodeDetector" in window) {
    const formats = await BarcodeDetector.getSupportedFormats();
    if (formats.includes("qr_code")) {
      const detector = new BarcodeDetector({ formats: ["qr_code"] });
      return async (video) => {
        const codes = await detector.detect(video).catch(() => []);
        return codes.length ? codes[0].rawValue : "";
      };
    }
  }
  await import("./vendor/jsQR.js"); // leaves itself on window
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  return async (video) => {
    const scale = Math.min(1, WIDEST / video.videoWidth);
    canvas.width = Math.round(video.videoWidth * scale);
    canvas.height = Math.round(video.videoHeight * scale);
    context.drawImage(video, 0, 0, canvas.width, canvas.height);
    const picture = context.getImageData(0, 0, canvas.width, canvas.height);
    const code = window.jsQR(picture.data, picture.width, picture.height);
    return code ? code.data : "";
  };
}
