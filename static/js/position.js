// Where the device is. Four decimals are about ten metres: near enough to search, no nearer.
export function position() {
  return new Promise((resolve, reject) => {
    if (!navigator.geolocation) {
      reject(new Error("no geolocation"));
      return;
    }
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => resolve({
        lat: Number(coords.latitude.toFixed(4)), lon: Number(coords.longitude.toFixed(4)), accuracy: coords.accuracy,
      }),
      reject,
      { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 },
    );
  });
}

// Asks the finder on this page to search near a point; without one, goes to the finder.
export function searchNear(detail, findUrl = "/") {
  const event = new CustomEvent("assetmap:search", { detail, cancelable: true });
  if (document.dispatchEvent(event)) {
    const url = new URL(findUrl, location.href);
    url.searchParams.set("near", detail.near);
    if (detail.within) url.searchParams.set("within", detail.within);
    location.assign(url);
  }
}
